-- A file that was changed as a hidden buffer shows what is left in it as soon as it is looked at.
local T = ...
local client = T.open('packages/billing/src/invoice-events.ts')
T.findings()
vim.cmd('WorkflowFixWorkspace')
T.said('(:wall saves)')
local hidden = vim.fn.bufnr('invoice-blocked.ts')
T.wait('attached to the hidden buffer', function()
  return #vim.lsp.get_clients({ name = 'workflow_ls', bufnr = hidden }) > 0
end)
T.equal(#vim.diagnostic.get(hidden), 0, 'findings before it is looked at')

local asked, request = {}, client.request
client.request = function(self, method, params, ...)
  asked[method] = vim.uri_to_bufnr(params.textDocument.uri)
  return request(self, method, params, ...)
end
vim.cmd.buffer(hidden)
T.equal(asked['textDocument/diagnostic'], hidden, 'the buffer whose findings are requested')
T.ok(T.findings()[1].message:find("can't be rewritten yet", 1, true), 'not what is left')
