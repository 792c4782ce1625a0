-- The help has tags for all commands, settings and functions.
local T = ...
vim.cmd('helptags ALL')
local tags = {
  'workflow_ls',
  'workflow_ls.txt',
  ':WorkflowFixAll',
  ':WorkflowFixWorkspace',
  ':WorkflowStatus',
  ':WorkflowMapping',
  'workflow_ls-fix-on-save',
  'workflow_ls-settings',
  'workflow_ls.fix_on_save()',
  'g:workflow_ls',
  'g:workflow_ls_use_venv',
}
for _, tag in ipairs(tags) do
  vim.cmd.help(vim.fn.escape(tag, ' '))
  T.equal(vim.fs.basename(vim.api.nvim_buf_get_name(0)), 'workflow_ls.txt', tag)
  T.ok(vim.api.nvim_get_current_line():find('*' .. tag .. '*', 1, true), tag)
end
for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  T.ok(vim.fn.strdisplaywidth(line) <= 78, ('line %d is wider than 78 columns'):format(number))
end
for tag in T.lines():gmatch('|([^|%s]+)|') do
  vim.cmd.help(tag)
end
