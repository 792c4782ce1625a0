-- Where there is nothing to do, the commands say so.
local T = ...
T.open('a.ts')
vim.cmd('WorkflowStatus')
T.said('no findings: nothing is left to move')
T.equal(vim.fn.getqflist({ winid = 0 }).winid, 0, 'no quickfix window')
vim.cmd('WorkflowFixAll')
T.said('nothing to fix')
vim.cmd('messages clear')
vim.cmd('WorkflowFixWorkspace')
T.said('nothing to fix')
vim.cmd('WorkflowMapping')
T.wait('the table', function()
  return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'table.json'
end)
