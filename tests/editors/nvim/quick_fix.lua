-- The quick fix under the cursor, taken back, made again, and saved.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
T.findings()
local before = T.lines()
local old, new = '@shared/workflow/persistence/taskStore', "'@alga-psa/workflows/persistence'"

local function fix()
  T.cursor(old)
  vim.lsp.buf.code_action({
    context = { only = { 'quickfix' } },
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  T.wait('the fix', function()
    return T.lines():find(new, 1, true)
  end)
end

fix()
vim.cmd.undo()
T.equal(T.lines(), before, 'after an undo')
fix()
vim.cmd.write()
T.wait('no such finding any more', function()
  return not vim.iter(vim.diagnostic.get(0)):any(function(each)
    return each.message:find(old, 1, true)
  end)
end)
