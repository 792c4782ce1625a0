if vim.g.loaded_workflow_ls then
  return
end
vim.g.loaded_workflow_ls = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('workflow-ls: this plugin needs Neovim 0.11 or newer', vim.log.levels.WARN)
  return
end

local function command(name, action, description)
  vim.api.nvim_create_user_command(name, function()
    require('workflow_ls')[action]()
  end, { bar = true, desc = description })
end

command('WorkflowFixAll', 'fix_file', 'Fix all workflow imports in this file')
command('WorkflowFixWorkspace', 'fix_workspace', 'Fix all workflow imports in the workspace')
command('WorkflowStatus', 'status', 'List what is left of the workflow imports in the quickfix list')
command('WorkflowMapping', 'mapping', 'Open the table that says where workflow modules went')
