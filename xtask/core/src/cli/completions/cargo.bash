
# `cargo xtask …` is completed as windlass, any other command of cargo's by what completed it before.
_windlass_cargo() {
    local at=1
    [[ ${COMP_WORDS[1]-} == +* ]] && at=2
    if [[ ${COMP_WORDS[at]-} == xtask ]] && ((COMP_CWORD > at)); then
        COMP_WORDS=(windlass "${COMP_WORDS[@]:at+1}")
        COMP_CWORD=$((COMP_CWORD - at))
        _windlass windlass "$2" "$3"
        return
    fi
    if [[ -z ${_windlass_cargo_before+known} ]]; then
        # bash-completion loads cargo's own on first use, in this one's place.
        local load
        for load in _comp_load _completion_loader; do
            declare -F "$load" >/dev/null && { "$load" cargo >/dev/null 2>&1; break; }
        done
        _windlass_cargo_bind
        : "${_windlass_cargo_before=}"
    fi
    if [[ -n $_windlass_cargo_before ]]; then
        "$_windlass_cargo_before" "$@"
    fi
}

# Puts _windlass_cargo before the function that completes cargo, whose options stay.
_windlass_cargo_bind() {
    local spec
    spec=$(complete -p cargo 2>/dev/null)
    if [[ $spec =~ ' -F '([^ ]+) ]]; then
        if [[ ${BASH_REMATCH[1]} != _windlass_cargo ]]; then
            _windlass_cargo_before=${BASH_REMATCH[1]}
            eval "${spec/ -F "${BASH_REMATCH[1]}"/ -F _windlass_cargo}"
        fi
    elif [[ -z $spec ]]; then
        complete -F _windlass_cargo -o bashdefault -o default cargo
    fi
}

_windlass_cargo_bind
