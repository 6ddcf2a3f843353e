
# `cargo xtask …` is completed as windlass; what completes cargo's other commands stays.
function __fish_windlass_cargo_words
    set -l words (commandline -opc)
    set -e words[1]
    string match -q -- '+*' "$words[1]"
    and set -e words[1]
    test "$words[1]" = xtask
    or return 1
    set -e words[1]
    string escape -- $words
end

complete -c cargo -n "__fish_windlass_cargo_words >/dev/null" -f \
    -a "(complete -C (string join ' ' -- windlass (__fish_windlass_cargo_words) (commandline -ct)))"
