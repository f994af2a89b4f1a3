#!/usr/bin/env bash
# What a role can never do must not compile. Each line of the *.calls files is a call and, after "//", what the compiler must say.
# Lines that begin with "ok:" must compile, so that the check cannot pass because of a broken set-up.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
modules=$(cd "$root" && swift build --show-bin-path)/Modules
[ -d "$modules" ] || { echo "build the package first: no $modules" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checked=0

# compiles EXPRESSION: prints the compiler's errors, if any.
compiles() {
    cat > "$work/call.swift" <<SWIFT
import SupportPortal
func call(
    customer: CustomerSession, guest: GuestSession, agent: AgentSession, ticket: Ticket.ID, token: AccessToken, page: TicketPage,
    storage: any PortalStorage, download: Download.ID, file: FileSource, article: Article.ID
) async throws {
    _ = try await $1
}
SWIFT
    swiftc -typecheck -swift-version 6 -enable-upcoming-feature MemberImportVisibility -I "$modules" "$work/call.swift" 2>&1 || true
}

while IFS= read -r line; do
    [ -n "$line" ] || continue
    case "$line" in \#*) continue ;; esac
    checked=$((checked + 1))
    if [[ "$line" == ok:* ]]; then
        output=$(compiles "${line#ok:}")
        [ -z "$output" ] || { echo "should compile:${line#ok:}"; echo "$output"; exit 1; }
    else
        call=${line%%//*}
        reason=${line#*//}
        output=$(compiles "$call")
        grep -qF -- "${reason# }" <<<"$output" || { echo "should be refused with \"${reason# }\": $call"; echo "$output"; exit 1; }
    fi
done < <(cat "$here"/*.calls)
echo "$checked calls checked"
