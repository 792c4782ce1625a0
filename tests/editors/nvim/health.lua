-- :checkhealth workflow_ls has nothing to complain of.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
vim.cmd('checkhealth workflow_ls')
local text = T.lines()
io.stdout:write(text, '\n')
local parts = {
  'OK Neovim 0.',
  'OK Server: workflow-ls ',
  'OK Enabled',
  'OK Attached to 1 buffer, root: ' .. vim.uv.cwd(),
  'OK Running: workflow-ls ',
}
for _, part in ipairs(parts) do
  T.ok(text:find(part, 1, true), part .. ' is not in\n' .. text)
end
T.ok(not text:find('ERROR', 1, true) and not text:find('WARNING', 1, true), text)
