-- The documented autocommand fixes a file when it is written.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
T.findings()
vim.cmd('normal! Go// typed')
vim.cmd.write()
T.ok(not vim.bo.modified, 'not saved')
