-- Derender in Neovim 0.7 and newer: copy this file to ~/.config/nvim/plugin/derender.lua
-- `derender-lsp` must be on the PATH, for example that of an activated virtual environment.

local servers = {} -- one for each root folder

local function attach(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ":p:h")
  local git = vim.fn.finddir(".git", folder .. ";")
  local root = git ~= "" and vim.fn.fnamemodify(git, ":p:h:h") or folder
  if not servers[root] or vim.lsp.client_is_stopped(servers[root]) then
    servers[root] = vim.lsp.start_client({ name = "derender", cmd = { "derender-lsp", "--stdio" }, root_dir = root })
  end
  vim.lsp.buf_attach_client(buffer, servers[root])
end

vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, { pattern = "*.dr", command = "setfiletype derender" })
vim.api.nvim_create_autocmd("FileType", {
  pattern = { "tex", "plaintex", "derender" },
  callback = function(event)
    attach(event.buf)
  end,
})
