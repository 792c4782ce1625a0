-- A server in the workspace's own environment runs only where the user says so.
local T = ...
if vim.env.TRUSTED then
  vim.g.workflow_ls_use_venv = true
  T.open('packages/billing/src/invoice-events.ts')
  T.findings()
else
  vim.cmd.edit('packages/billing/src/invoice-events.ts')
  T.said('not installed')
end
