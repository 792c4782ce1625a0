-- Two plugins whose folders have one name, in one configuration.
local T = ...
local plugins = require('lazy.core.config').plugins
T.ok(plugins['workflow-ls'] and plugins['workflow-ls']._.loaded, 'lazy.nvim does not know the plugin by its name')
T.ok(plugins['nvim'] and plugins['nvim']._.loaded, 'the other plugin is gone')
T.ok(vim.g.other_plugin, 'the other plugin was not run')
T.open('packages/billing/src/invoice-events.ts')
