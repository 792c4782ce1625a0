-- The server starts only in a workspace that gives a reason to.
local T = ...
if vim.env.STARTS then
  T.open('a.ts')
  return
end
vim.cmd.edit('a.ts')
T.equal(vim.bo.filetype, 'typescript', 'a.ts')
-- Nothing comes of it, so there is nothing to wait for but the event loop's next turns.
local turns = 0
vim.wait(1000, function()
  turns = turns + 1
  return turns > 20
end, 5)
T.equal(#vim.lsp.get_clients({ name = 'workflow_ls', _uninitialized = true }), 0, 'clients')
T.equal(vim.fn.execute('messages'):find('workflow-ls', 1, true), nil, 'a message')
T.equal(vim.fn.exists(':LspWorkflowStatus'), 0, 'a command')
