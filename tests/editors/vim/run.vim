" Drives Vim with a recipe of editors/vim/README.md:  vim -Nu run.vim FILE, in a terminal, with $PLUGIN, $RECIPE, $CLIENT
" and $STEPS, the file for what happened.  Ends with exit status 1 unless all of it works.
set nocompatible nomore noswapfile hidden
set shortmess+=I
let &runtimepath .= ',' . $PLUGIN
filetype plugin on
let g:ale_linters_explicit = 1
let g:ale_linters = {'typescript': ['workflow_ls']}
let g:lsp_log_file = ''
execute 'source' $PLUGIN . ($CLIENT ==# 'ale' ? '/plugin/ale.vim' : '/plugin/lsp.vim')
source $RECIPE

function! s:wait(what, condition) abort
  let l:start = reltime()
  while reltimefloat(reltime(l:start)) < 120
    if eval(a:condition)
      call writefile([a:what], $STEPS, 'a')
      return
    endif
    sleep 50m
  endwhile
  throw 'never: ' . a:what
endfunction

" Run the first action that ALE offers for the legacy specifier in a line that fits a pattern.
function! s:fix(pattern) abort
  let l:line = search(a:pattern)
  call cursor(l:line, stridx(getline(l:line), '@shared') + 3)
  " The list of the fixes requires a number.
  call feedkeys("1\<CR>", 't')
  ALECodeAction
  return l:line
endfunction

function! s:ale() abort
  ALELint
  call s:wait('findings', 'len(ale#engine#GetLoclist(bufnr(""))) > 0')
  let l:finding = ale#engine#GetLoclist(bufnr(''))[0]
  call s:wait('where it went', string(l:finding.text) . ' =~# "moved to .@alga-psa/workflows"')
  let l:line = s:fix("'@shared/workflow/bundle/sortedJson'")
  call s:wait('a fix', 'getline(' . l:line . ') =~# "''@alga-psa/workflows/bundle/sortedJson''"')
  silent write
  silent edit packages/notifications/src/emoji-before-import.ts
  ALELint
  call s:wait('findings', 'len(ale#engine#GetLoclist(bufnr(""))) > 0')
  let l:finding = ale#engine#GetLoclist(bufnr(''))[0]
  call s:wait('the place in bytes', l:finding.col . ' == 2 + ' . stridx(getline(l:finding.lnum), "'@shared"))
  let l:line = s:fix("'@shared/workflow/streams")
  call s:wait('a fix', 'getline(' . l:line . ') !~# "@shared"')
  silent write
endfunction

function! s:lsp() abort
  call s:wait('findings', 'get(lsp#get_buffer_diagnostics_counts(), "warning", 0) > 0')
  silent WorkflowFixFile
  call s:wait('the fixed file', 'search("''@alga-psa/workflows/bundle/sortedJson''", "nw") > 0')
  silent wall
  WorkflowFixWorkspace
  call s:wait('another fixed file', 'len(filter(getbufinfo(), {_, each -> each.changed})) > 5')
  silent wall
endfunction

function! s:main(...) abort
  try
    if $CLIENT ==# 'ale'
      call s:ale()
    else
      call s:lsp()
    endif
    qall!
  catch
    call writefile([v:exception . ' ' . v:throwpoint, execute('messages')], $STEPS, 'a')
    cquit!
  endtry
endfunction
autocmd VimEnter * call timer_start(300, function('s:main'))
