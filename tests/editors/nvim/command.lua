-- vim.g.workflow_ls names another command; a message says which can't be run.
local T = ...
vim.g.workflow_ls = { cmd = { 'no-such-program', 'serve' } }
vim.cmd.edit('packages/billing/src/invoice-events.ts')
T.said('no-such-program')
vim.g.workflow_ls = { cmd = { vim.env.SERVER, 'serve', '--stdio' } }
T.open('packages/billing/src/invoice-events.ts')
T.findings()
