-- :WorkflowFixWorkspace changes files that are not open, too; one undo in a file takes it back; :wall saves all.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
T.findings()
local before = T.lines()
vim.cmd('WorkflowFixWorkspace')
T.said('(:wall saves)')
local count = #T.modified()
T.said((' fixed in %d files (:wall saves), '):format(count))
T.ok(count > 10, 'only ' .. count .. ' files')
T.ok(T.lines() ~= before, 'the open file is unchanged')
T.equal(table.concat(vim.fn.readfile(vim.api.nvim_buf_get_name(0)), '\n'), before, 'the disk, before it is saved')

vim.cmd.undo()
T.equal(T.lines(), before, 'after one undo')
for _, bufnr in ipairs(T.modified()) do
  local disk = vim.fn.readfile(vim.api.nvim_buf_get_name(bufnr))
  vim.api.nvim_buf_call(bufnr, function()
    vim.cmd.undo()
    local lines = vim.iter(disk):map(function(line)
      return vim.bo.fileformat == 'dos' and line:gsub('\r$', '') or line
    end)
    local text = lines:join('\n'):gsub('^\239\187\191', '')
    T.equal(T.lines(), text, 'after one undo in ' .. vim.api.nvim_buf_get_name(bufnr))
    vim.cmd.redo()
  end)
end
vim.cmd.redo()
vim.cmd.wall()
T.equal(#T.modified(), 0, 'not saved')
