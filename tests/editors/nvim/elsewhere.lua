-- What changes on disk meanwhile is seen when the user comes back.
local T = ...
local client = T.open('packages/billing/src/invoice-blocked.ts')
local blocked = '@shared/workflow/secrets` is a legacy workflow module, and can'
local function is_blocked()
  return vim.iter(vim.diagnostic.get(0)):any(function(each)
    return each.message:find(blocked, 1, true)
  end)
end
T.findings()
T.ok(is_blocked(), 'not blocked')
-- The package's manifest names this file, which is not there.
vim.fn.mkdir('ee/packages/workflows/src/secrets', 'p')
local module = { 'export const readSecret = 1;', 'export type SecretName = string;' }
vim.fn.writefile(module, 'ee/packages/workflows/src/secrets/index.ts')
vim.api.nvim_exec_autocmds('FocusGained', {})
T.wait('no longer blocked', function()
  return not is_blocked()
end)
T.ok(not client:is_stopped(), 'stopped')
