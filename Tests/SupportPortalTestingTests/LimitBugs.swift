import SupportPortal

// Limits that are not looked at, count something else, or are looked at out of turn.

private let limit = "A limit refuses a commit"
private let crowd = "Of 64 tasks that open tickets under a limit"
private let order = "Of several reasons to refuse a commit"

extension PlantedBug {
    static let limitBugs: [PlantedBug] = countingBugs + orderBugs

    // MARK: Counting

    private static let countingBugs: [PlantedBug] = [
        .limits("limits are not looked at", breaks: limit, crowd, order) { _, _ in nil },
        .limits("only the first limit of a commit is looked at", breaks: limit) { limit, index in index == 0 ? limit : nil },
        .limits("one more is let in than a limit allows", breaks: limit, crowd) { limit, _ in limit.with { $0.maximum += 1 } },
        .limits("a limit of 0 or less is none", breaks: limit) { limit, _ in limit.maximum > 0 ? limit : nil },
        .limits("limits count whatever the filter", breaks: limit) { limit, _ in limit.with { $0.filter = TicketFilter() } },
        .limits("limits count closed tickets, too", breaks: limit, crowd) { limit, _ in limit.with { $0.filter.statuses = .any }
        },
        .limits("limits count whatever was opened when", breaks: limit) { limit, _ in limit.with { $0.filter.opened = nil } },
        .limits("limits count the tickets of all", breaks: limit) { limit, _ in limit.with { $0.scope = .everything } },
        .limits("limits count by the first key of a scope", breaks: limit) { limit, _ in
            guard case .holding(let keys) = limit.scope else { return limit }
            return limit.with { $0.scope = .holding(Set(keys.sorted().prefix(1))) }
        },
        .limits("where guests come from is no key to count by", breaks: limit) { limit, _ in
            guard case .holding(let keys) = limit.scope else { return limit }
            return limit.with { $0.scope = .holding(keys.filter { $0.kind != "source" }) }
        },
        .tickets("the tickets of the commit count", breaks: limit) { store in
            let base = store.base
            store.onCommit = { commit in
                try await base.commit(
                    commit.with { changed in
                        for index in changed.limits.indices {
                            let limit = changed.limits[index]
                            let own = commit.tickets.filter {
                                $0.revision == .unsaved && limit.filter.matches($0) && limit.scope.contains($0.accessKeys)
                            }
                            changed.limits[index].maximum -= max(0, own.count - 1)
                        }
                    })
            }
        },
        .tickets("tickets that the commit closes do not count", breaks: limit) { store in
            let base = store.base
            store.onCommit = { commit in
                let closing = commit.tickets.count { $0.revision > .unsaved && $0.status == .closed }
                return try await base.commit(
                    commit.with { for index in $0.limits.indices { $0.limits[index].maximum += closing } })
            }
        },
        .tickets("tickets that the commit erases do not count", breaks: limit) { store in
            let base = store.base
            store.onCommit = { commit in
                var erased = 0
                // The bystander of refused commits counts nowhere.
                for id in commit.erasure?.tickets ?? [] where id.rawValue.hasSuffix("6") {
                    erased += try await base.ticket(id, in: .everything) == nil ? 0 : 1
                }
                return try await base.commit(
                    commit.with { for index in $0.limits.indices { $0.limits[index].maximum += erased } })
            }
        },
        .tickets("the last limit that is reached is told", breaks: limit) { store in
            let base = store.base
            store.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == .limitReached {
                    return try await base.commit(commit.with { $0.limits.reverse() })
                }
            }
        },
        .tickets("which limit is reached is not told", breaks: limit) { store in store.changeErrors { $0.limit = nil } },
        .tickets("tickets are counted, and the commit written afterwards", breaks: crowd) { store in
            let base = store.base
            // Those that come after the first one may open what is allowed; then it opens one more.
            let gap = Gap(crowd: 11)
            store.onCommit = { commit in
                for limit in commit.limits {
                    let count = try await base.counts(limit.filter, in: limit.scope).values.reduce(0, +)
                    guard count < limit.maximum else { throw StorageError(.limitReached, "too many") }
                }
                if !commit.limits.isEmpty { await gap.cross() }
                return try await base.commit(commit.with { $0.limits = [] })
            }
        },
    ]

    // MARK: The order of refusals

    private static let orderBugs: [PlantedBug] = [
        .looking("limits are looked at before submissions") {
            [$0.with { ($0.submission, $0.tickets, $0.messages) = (nil, [], []) }]
        },
        .looking("tickets are looked at before limits") { [$0.with { ($0.submission, $0.limits) = (nil, []) }] },
        .looking("messages are looked at before tickets") { commit in
            [
                TicketCommit(date: commit.date, submission: commit.submission).with {
                    ($0.limits, $0.messages) = (commit.limits, commit.messages)
                }
            ]
        },
        .looking("records are looked at before messages") { commit in
            [commit.with { $0.messages = [] }]
        },
        .looking("numbers are looked at before revisions") { commit in
            commit.tickets.map { ticket in
                // As one that is new under an id of its own: only the number may be taken.
                let twin = Ticket(
                    id: Ticket.ID("twin of \(ticket.id)"), number: ticket.number, requester: ticket.requester,
                    opened: ticket.opened, subject: ticket.subject, department: ticket.department)
                return TicketCommit(date: commit.date, tickets: ticket.number.rawValue == "N-2" ? [twin] : [])
            }
        },
        .looking("the last ticket is looked at first") { commit in
            [commit.with { ($0.tickets, $0.messages) = ($0.tickets.reversed(), []) }]
        },
    ]

    /// Limits are changed before they are looked at; `nil` for none.
    private static func limits(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (TicketLimit, Int) -> TicketLimit?
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                try await base.commit(commit.with { $0.limits = $0.limits.enumerated().compactMap { change($1, $0) } })
            }
        }
    }

    /// Commits with less in them are looked at first.
    private static func looking(
        _ name: String, first parts: @escaping @Sendable (TicketCommit) -> [TicketCommit]
    ) -> PlantedBug {
        .tickets(name, breaks: order) { store in
            let base = store.base
            store.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError {
                    for part in parts(commit) { try await base.look(at: part) }
                    throw error
                }
            }
        }
    }
}

extension JournalledTicketStore {
    /// Throws what a commit would be refused for; stores nothing.
    fileprivate func look(at commit: TicketCommit) async throws {
        let never = DeskRecord(DeskRecord.ID(.draft, of: .system, "never"), date: commit.date, text: "")
        let refused = commit.with { $0.records.append(.put(never, expecting: Revision(rawValue: 999_999))) }
        do {
            _ = try await self.commit(refused)
        } catch let error as StorageError where error.message.hasSuffix("999999") {
            return
        }
    }
}

extension TicketLimit {
    fileprivate func with(_ change: (inout TicketLimit) -> Void) -> TicketLimit {
        var limit = self
        change(&limit)
        return limit
    }
}
