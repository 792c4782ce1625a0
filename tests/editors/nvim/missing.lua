-- Without a server there is one message, which says what to run; the health check says more.
local T = ...
for _, file in ipairs({ 'packages/billing/src/invoice-events.ts', 'packages/billing/src/invoice-blocked.ts' }) do
  vim.cmd.edit(file)
  T.said('not installed; run `' .. vim.env.ADVICE .. '`')
end
local _, times = vim.fn.execute('messages'):gsub('not installed', '')
T.equal(times, 1, 'messages')
T.equal(#vim.lsp.get_clients(), 0, 'clients')
vim.cmd('WorkflowStatus')
_, times = vim.fn.execute('messages'):gsub('not installed', '')
T.equal(times, 2, 'messages after a command')
vim.cmd('WorkflowFixAll')
T.said('not attached to this buffer')
vim.cmd('checkhealth workflow_ls')
local text = T.lines()
io.stdout:write(text, '\n')
T.ok(text:find('ERROR The server `workflow-ls` is not found.', 1, true), text)
T.ok(text:find('Run `' .. vim.env.ADVICE .. '`', 1, true), text)
