-- vim.g.workflow_ls names another command; one that can't be run is told.
local T = ...
vim.g.workflow_ls = { cmd = { 'no-such-program', 'serve' } }
vim.cmd.edit('packages/billing/src/invoice-events.ts')
T.said('no-such-program')
vim.g.workflow_ls = { cmd = { vim.env.SERVER, 'serve', '--stdio' } }
T.open('packages/billing/src/invoice-events.ts')
T.findings()
