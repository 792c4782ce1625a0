-- The documented autocommand shows the file's count, and running it fixes the file.
local T = ...
T.open('packages/billing/src/invoice-events.ts')
local lens = T.wait('a lens', function()
  return vim.lsp.codelens.get(0)[1]
end)
T.ok(lens.command.title:find('^6 workflow imports to move, 6 can be fixed'), lens.command.title)
vim.api.nvim_win_set_cursor(0, { lens.range.start.line + 1, 0 })
vim.lsp.codelens.run()
T.wait('the fixed file', function()
  return not T.lines():find('@shared/workflow', 1, true)
end)
