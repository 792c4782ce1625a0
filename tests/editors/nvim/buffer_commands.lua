-- The commands of a buffer that the server is attached to.
local T = ...
T.equal(vim.fn.exists(':LspWorkflowFixAll'), 0, 'without a server')
T.open('packages/billing/src/invoice-events.ts')
T.wait('the commands', function()
  return vim.fn.exists(':LspWorkflowFixAll') == 2
end)
for _, name in ipairs({ 'FixWorkspace', 'Status', 'Mapping' }) do
  T.equal(vim.fn.exists(':LspWorkflow' .. name), 2, name)
end
vim.cmd('LspWorkflowFixAll | write')
vim.cmd('LspWorkflowStatus')
T.wait('the quickfix list', function()
  return vim.fn.getqflist({ winid = 0 }).winid ~= 0
end)
vim.cmd('enew')
T.equal(vim.fn.exists(':LspWorkflowFixAll'), 0, 'in another buffer')
