-- A file with legacy imports: they are struck through, and say where they went.
local T = ...
T.equal(package.loaded['workflow_ls.server'], nil, 'nothing is loaded before a file is opened')

local client = T.open('packages/billing/src/invoice-events.ts')
T.equal(client.root_dir, vim.uv.cwd(), 'the root')
local found = T.findings()
local finding = vim.iter(found):find(function(each)
  return each.message:find('@shared/workflow/persistence/taskStore', 1, true)
end)
T.ok(finding, 'no finding for the import')
T.equal(finding.code, 'deprecated-import', 'its rule')
T.equal(finding.severity, vim.diagnostic.severity.WARN, 'its severity')
T.ok(finding.message:find('@alga-psa/workflows/persistence', 1, true), 'its message names the target')
local line = vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, false)[1]
T.equal(line:sub(finding.col + 1, finding.end_col), '@shared/workflow/persistence/taskStore', 'its range')

local struck = T.wait('a struck-through import', function()
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
    local groups = vim.iter({ mark[4].hl_group or {} }):flatten():totable()
    if mark[2] == finding.lnum and vim.tbl_contains(groups, 'DiagnosticDeprecated') then
      return mark
    end
  end
end)
T.equal(struck[3], finding.col, 'where it is struck through')
T.ok(vim.api.nvim_get_hl(0, { name = 'DiagnosticDeprecated' }).strikethrough, 'DiagnosticDeprecated strikes through')

T.cursor('@shared/workflow/persistence/taskStore')
local hover = T.hover()
for _, part in ipairs({ '@shared/workflow/persistence/taskStore', '@alga-psa/workflows/persistence', 'verified' }) do
  T.ok(hover:find(part, 1, true), ('the hover does not hold %s:\n%s'):format(part, hover))
end
