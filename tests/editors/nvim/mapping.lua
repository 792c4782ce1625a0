-- :WorkflowMapping opens the workspace's own rows.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
vim.cmd('WorkflowMapping')
T.wait('workflow-ls.json', function()
  return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'workflow-ls.json'
end)
