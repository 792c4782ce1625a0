-- A finding that can't be fixed says why, and what to do, in its message and in the hover; no fix is offered.
local T = ...
T.open('packages/billing/src/invoice-blocked.ts')
local finding = vim.iter(T.findings()):find(function(each)
  return each.message:find('@shared/workflow/secrets', 1, true)
end)
local reasons = { 'key `./secrets` in the `exports`', 'Correct that key' }
T.cursor('@shared/workflow/secrets')
local hover = T.hover():gsub('\\', '')
for _, reason in ipairs(reasons) do
  T.ok(finding.message:find(reason, 1, true), 'the message does not say: ' .. reason .. '\n' .. finding.message)
  T.ok(hover:find(reason, 1, true), 'the hover does not say: ' .. reason .. '\n' .. hover)
end
vim.lsp.buf.code_action({
  context = { only = { 'quickfix' } },
  apply = true,
  filter = function(action)
    return action.title:find('^Replace')
  end,
})
T.said('No code actions available')
