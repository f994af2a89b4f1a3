import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Two tickets become one")
struct MergeTests {
    @Test("History comes by time, the one leads to the other, and replies land there", arguments: StorageKind.allCases)
    func merges(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        func later() { bench.clock.advance(by: .seconds(60)) }
        let a = try await bench.open("A") { $0.message = "1" }.ticket
        later()
        let b = try await bench.open("B") { $0.message = "2" }.ticket
        later()
        try await bench.tessTickets.reply(to: a, "3")
        later()
        try await bench.tessTickets.note(on: b, "4")
        later()
        try await bench.aliceTickets.reply(to: b, "5")
        let before = try await bench.messages(of: b)
        later()
        // One customer's tickets: nobody's sight changes, so nothing needs deciding.
        let receipt = try await bench.tessTickets.merge(b, into: a)
        #expect(receipt.ticket == a)
        #expect(receipt.rule == .merged)
        // What waited for an agent waits on.
        #expect(receipt.status == .customerReply)
        #expect(try await bench.texts(a) == ["1", "2", "3", "4", "5"])
        let moved = try await bench.messages(of: a)
        #expect(moved.map(\.movedFrom) == [nil, b, nil, b, b])
        #expect(Set(before.map(\.id)).isSubset(of: moved.map(\.id)))
        #expect(try await bench.messages(of: b).isEmpty)
        #expect(try await bench.aliceTickets.page(a).conversation.items.map(\.text) == ["1", "2", "3", "5"])

        #expect(try await bench.aliceTickets.page(b).ticket.id == a)
        #expect(try await bench.tessTickets.page(b).ticket.id == a)
        let list = try await bench.aliceTickets.list(order: TicketOrder(.opened, ascending: true)).items
        #expect(list.map(\.isMerged) == [false, true])
        #expect(list.map(\.status) == [.customerReply, .closed])
        later()
        #expect(try await bench.aliceTickets.reply(to: b, "6").ticket == a)
        #expect(try await bench.tessTickets.reply(to: b, "7").ticket == a)
        #expect(try await bench.texts(a) == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(try await bench.aliceTickets.close(b).ticket == a)
        #expect(try await bench.status(a) == .closed)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test(
        "Not into itself, not into a merged one, not twice, not out of sight, not without permission",
        arguments: StorageKind.allCases)
    func refuses(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (a, b, c) = (
            try await bench.open("A").ticket, try await bench.open("B").ticket, try await bench.open("C").ticket
        )
        let hidden = try await bench.open { $0.department = "billing" }.ticket
        let tess = bench.tessTickets
        try await tess.merge(b, into: a)
        func refusal(_ source: Ticket.ID, _ target: Ticket.ID) async -> [PortalError.Code?] {
            [
                await code { try await tess.merge(source, into: target) },
                await code { try await tess.merge(source, into: target, access: .share) },
                await code { try await tess.previewMerge(source, into: target, access: .share) },
            ]
        }
        #expect(await refusal(a, a) == [.invalidMerge, .invalidMerge, .invalidMerge])
        #expect(await refusal(c, b) == [.invalidMerge, .invalidMerge, .invalidMerge])
        #expect(await refusal(b, c) == [.invalidMerge, .invalidMerge, .invalidMerge])
        for unknown in [hidden, "no-such-ticket", "", "a\u{0}b"] as [Ticket.ID] {
            #expect(await refusal(c, unknown) == [.notFound, .notFound, .notFound])
            #expect(await refusal(unknown, c) == [.notFound, .notFound, .notFound])
        }
        var powerless = bench.tess
        powerless.permissions = Set.standard.subtracting([.merge])
        #expect(await code { try await bench.portal.agent(powerless).tickets.merge(c, into: a) } == .notPermitted)
        #expect(try await bench.texts(c).count == 1)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Who gains access is shown beforehand and has to be decided", arguments: StorageKind.allCases)
    func decidesAccess(_ kind: StorageKind) async throws {
        for access in MergeAccess.allCases {
            let bench = try await PortalBench(kind)
            let a = try await bench.open("A") { $0.copies = ["carl@example.com"] }.ticket
            let b = try await bench.open("B", as: bench.bob) { $0.copies = ["dora@example.com", "alice@example.com"] }.ticket
            _ = try await bench.heard()
            #expect(await code { try await bench.tessTickets.merge(b, into: a) } == .accessUndecided)
            #expect(try await bench.texts(b).count == 1)
            let preview = try await bench.tessTickets.previewMerge(b, into: a, access: access)
            let gains = Set(preview.diff.gains.map { "\($0.holder) \($0.name) \($0.conversation == a ? "A" : "B")" })
            let losses = Set(preview.diff.losses.map { "\($0.holder) \($0.name) \($0.conversation == a ? "A" : "B")" })
            let ofTarget: Set = ["address:carl@example.com carl@example.com B", "customer:c-alice Alice B"]
            switch access {
            case .share:
                #expect(gains == ofTarget.union(["address:dora@example.com dora@example.com A", "customer:c-bob Bob A"]))
                // Alice sees B by her address now, and as who asked then.
                #expect(losses == ["address:alice@example.com alice@example.com B"])
            case .withhold:
                #expect(gains == ofTarget)
                #expect(losses.isEmpty)
            }
            #expect(preview.status == .open)
            try await bench.tessTickets.merge(preview)
            let told = try await bench.heard()
            #expect(told == ["customer:c-bob ticket.merged"])
            #expect(try await bench.contradictions().isEmpty)
            let bob = bench.bobTickets
            switch access {
            case .share:
                #expect(try await bob.page(a).ticket.viewerRole == .requester)
                #expect(try await bob.page(b).ticket.id == a)
                #expect(try await bob.page(a).conversation.items.map(\.isOwn) == [false, true])
                try await bench.tessTickets.reply(to: a, "Answer")
                #expect(
                    try await bench.heard() == [
                        "customer:c-alice ticket.replied", "customer:c-bob ticket.replied",
                        "address:carl@example.com ticket.replied", "address:dora@example.com ticket.replied",
                    ])
                #expect(try await bob.reply(to: b, "Thanks, but …").ticket == a)
                #expect(try await bench.heard().contains("customer:c-alice ticket.replied"))
                #expect(try await bob.close(a).status == .closed)
            case .withhold:
                #expect(await code { try await bob.page(a) } == .notFound)
                let stub = try await bob.page(b)
                #expect(stub.ticket.id == b)
                #expect(stub.ticket.isMerged)
                #expect(stub.conversation.items.count == 1, "nobody loses the own words")
                #expect(stub.abilities[.reply] == .followedUp)
                #expect(try await bob.list().items.map(\.isMerged) == [true])
                try await bench.tessTickets.reply(to: a, "Answer")
                #expect(!(try await bench.heard()).contains { $0.contains("c-bob") || $0.contains("dora") })
                let next = try await bob.reply(to: b, "And mine?")
                #expect(next.rule == .followedUp)
                #expect(next.ticket != a)
                #expect(try await bob.reply(to: b, "Hello?").ticket == next.ticket)
                #expect(await code { try await bench.aliceTickets.page(next.ticket) } == nil, "Alice was on CC of B")
                #expect(try await bench.texts(next.ticket) == ["And mine?", "Hello?"])
            }
        }
    }

    @Test("Guests who typed one address are two guests: sharing has to be decided", arguments: StorageKind.allCases)
    func guestsAreUnverified(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let (a, tokenA) = try await bench.openAsGuest { $0.message = "The real one's secret" }
        let (b, tokenB) = try await bench.openAsGuest { $0.message = "Somebody who typed the same address" }
        #expect(await code { try await bench.tessTickets.merge(b, into: a) } == .accessUndecided)
        let preview = try await bench.tessTickets.previewMerge(b, into: a, access: .share)
        #expect(preview.diff.gains.map(\.holder.rawValue) == ["address:gus@example.com", "address:gus@example.com"])
        #expect(Set(preview.diff.gains.map(\.conversation)) == [a, b])
        // Nor is a guest the CC recipient whose address he typed.
        let c = try await bench.open("C") { $0.copies = ["gus@example.com"] }.ticket
        #expect(await code { try await bench.tessTickets.merge(b, into: c) } == .accessUndecided)
        let other = try await bench.tessTickets.previewMerge(b, into: c, access: .withhold)
        #expect(other.diff.losses.map(\.conversation) == [])
        try await bench.tessTickets.merge(b, into: a, access: .withhold)
        #expect(try await guest.page(tokenA).conversation.items.count == 2)
        #expect(try await guest.page(tokenB).conversation.items.count == 1)
        #expect(await code { try await guest.page(tokenB, of: a) } == .notFound)
    }

    @Test(
        "A merged guest's token opens the other ticket where that was decided, and nobody sees it",
        arguments: StorageKind.allCases)
    func mergedGuests(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let a = try await bench.open("A").ticket
        let (b, token) = try await bench.openAsGuest()
        let preview = try await bench.tessTickets.previewMerge(b, into: a, access: .share)
        let hash = try #require(try await bench.record(b)?.guestAccess?.tokenHash)
        let encoded = String(decoding: try JSONEncoder().encode(preview.diff), as: UTF8.self)
        #expect(!encoded.contains(hash))
        #expect(!encoded.contains("token"))
        #expect(!encoded.contains("agent:"))
        try await bench.tessTickets.merge(preview)
        let page = try await guest.page(token)
        #expect(page.ticket.id == a)
        #expect(page.conversation.items.map(\.isOwn) == [false, true])
        #expect(try await guest.reply(token, "From the guest").ticket == a)
        #expect(try await bench.messages(of: a).last?.author.identity.rawValue == "address:gus@example.com")
        // What customers are handed names no token either.
        let shown = try await bench.aliceTickets.page(a)
        let text = String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
        #expect(!text.contains(hash))
        // Public words keep the merged guest's token good.
        let lifetime = bench.configuration.tickets.guestAccessLifetime
        bench.clock.advance(by: lifetime - .seconds(1))
        try await bench.aliceTickets.reply(to: a, "Still there")
        bench.clock.advance(by: lifetime - .seconds(1))
        #expect(try await guest.page(token).ticket.id == a)
        bench.clock.advance(by: .seconds(1))
        #expect(await code { try await guest.page(token) } == .accessExpired)
    }

    @Test(
        "A new token is never one of somebody else, and no older one opens the ticket any more", arguments: StorageKind.allCases)
    func renewing(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let (a, tokenA) = try await bench.openAsGuest { $0.email = "first@example.com" }
        let (b, tokenB) = try await bench.openAsGuest { $0.email = "second@example.com" }
        try await bench.tessTickets.merge(b, into: a, access: .share)
        // Asked for by the merged ticket, it would be the first guest's.
        #expect(await code { try await bench.tessTickets.renewGuestAccess(to: b) } == .ticketMerged)
        #expect(try await guest.page(tokenA).ticket.id == a)
        #expect(try await guest.page(tokenB).ticket.id == a)
        let renewed = try await bench.tessTickets.renewGuestAccess(to: a)
        #expect(await code { try await guest.page(tokenA) } == .notFound)
        #expect(try await guest.page(renewed).ticket.id == a)
        // Split off and merged again, one token stands twice.
        let (c, tokenC) = try await bench.openAsGuest()
        let message = try #require(try await guest.reply(tokenC, "Something else").message)
        let half = try await bench.tessTickets.split([message], from: c, subject: "Half").ticket
        try await bench.tessTickets.merge(half, into: c)
        let last = try await bench.tessTickets.renewGuestAccess(to: c)
        #expect(await code { try await guest.page(tokenC, of: c) } == .notFound)
        #expect(try await guest.page(last).ticket.id == c)
    }

    @Test("A chain of merges leads to its end, also past tickets that the viewer does not see", arguments: StorageKind.allCases)
    func chains(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open("A").ticket
        let b = try await bench.open("B", as: bench.bob) { $0.department = "billing" }.ticket
        let c = try await bench.open("C", as: bench.bob).ticket
        let (d, token) = try await bench.openAsGuest()
        try await bench.allTickets.merge(a, into: b, access: .share)
        try await bench.allTickets.merge(d, into: b, access: .share)
        try await bench.allTickets.merge(b, into: c, access: .share)
        for first in [a, b, d] { #expect(try await bench.bobTickets.page(c).ticket.id == c, "\(first)") }
        #expect(try await bench.aliceTickets.page(a).ticket.id == c)
        #expect(try await bench.aliceTickets.reply(to: a, "Where am I?").ticket == c)
        #expect(try await bench.tessTickets.page(a).ticket.id == c)
        #expect(try await bench.portal.guest().tickets.page(token).ticket.id == c)
        #expect(try await bench.texts(c).count == 5)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("What is merged is what was shown: a reply in between refuses it", arguments: StorageKind.allCases)
    func previewsExpire(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (a, b) = (try await bench.open("A").ticket, try await bench.open("B", as: bench.bob).ticket)
        for changed in [a, b] {
            let preview = try await bench.tessTickets.previewMerge(b, into: a, access: .share)
            try await bench.tessTickets.note(on: changed, "Wait")
            #expect(await code { try await bench.tessTickets.merge(preview) } == .conflict)
        }
        #expect(try await bench.record(b)?.mergedInto == nil)
        try await bench.tessTickets.merge(try await bench.tessTickets.previewMerge(b, into: a, access: .share))
        #expect(try await bench.record(b)?.mergedInto == a)
    }

    @Test("The preview lists exactly who hears of it", arguments: StorageKind.allCases, MergeAccess.allCases)
    func previewsRecipients(_ kind: StorageKind, _ access: MergeAccess) async throws {
        let bench = try await PortalBench(kind) {
            let everybody: Set<NoticeTable.Circle> = [.requester, .copies, .department]
            $0.notices.rows[.init(.ticketMerged, by: .agent)] = everybody
            $0.notices.rows[.init(.ticketAbsorbed, by: .agent)] = everybody
        }
        bench.people.set(Agent(id: "a-two", name: "Two", email: try EmailAddress("two@host.example"), departments: ["technical"]))
        let a = try await bench.open("A") { $0.copies = ["carl@example.com", "dora@example.com"] }.ticket
        let b = try await bench.open("B", as: bench.bob) { $0.copies = ["dora@example.com", "emil@example.com"] }.ticket
        let (c, _) = try await bench.openAsGuest()
        try await bench.tessTickets.merge(c, into: b, access: .share)
        _ = try await bench.heard()
        let preview = try await bench.tessTickets.previewMerge(b, into: a, access: access)
        try await bench.tessTickets.merge(preview)
        try await bench.portal.dispatcher.drain()
        let told = bench.channel.drain()
        #expect(Set(preview.recipients.map(\.identity)) == Set(told.map(\.recipient.identity)))
        #expect(Set(preview.recipients.map(\.identity)).count == preview.recipients.count)
        #expect(told.contains { $0.recipient.identity == .customer("c-bob") })
    }

    @Test("What waits for an agent waits on, what is done stays done", arguments: StorageKind.allCases)
    func statuses(_ kind: StorageKind) async throws {
        let onHold = TicketStatus(rawValue: "On hold")
        let expected: [[TicketStatus]: TicketStatus] = [
            [.open, .open]: .open, [.open, .answered]: .customerReply, [.open, .closed]: .customerReply,
            [.open, onHold]: .customerReply,
            [.customerReply, .customerReply]: .customerReply, [.customerReply, .closed]: .customerReply,
            [.answered, .open]: .open, [.answered, .closed]: .closed, [.closed, .closed]: .closed, [.closed, .open]: .open,
            [onHold, .closed]: .closed, [.closed, .answered]: .answered,
        ]
        for (pair, result) in expected {
            let bench = try await PortalBench(kind) { $0.statuses.append(StatusDefinition(onHold, kind: .answered)) }
            let (source, target) = (try await bench.open("Source").ticket, try await bench.open("Target").ticket)
            for (ticket, status) in zip([source, target], pair) { try await bench.tessTickets.set(status, on: ticket) }
            #expect(try await bench.tessTickets.merge(source, into: target).status == result, "\(pair)")
            #expect(try await bench.contradictions().isEmpty)
        }
    }

    @Test(
        "A follow-up merged back into the ticket it goes on from leads round and ends", .timeLimit(.minutes(10)),
        arguments: StorageKind.allCases)
    func followUpMergedBack(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .never(.followUp) }
        let first = try await bench.open("First").ticket
        try await bench.tessTickets.close(first)
        let second = try await bench.aliceTickets.reply(to: first, "Still broken").ticket
        try await bench.tessTickets.merge(second, into: first)
        try await bench.tessTickets.close(first)
        let preview = try await bench.aliceTickets.preview(.reply("And again"), on: first)
        #expect(preview.rule == .followedUp)
        let third = try await bench.aliceTickets.reply(to: second, "And again").ticket
        #expect(![first, second].contains(third))
        #expect(try await bench.aliceTickets.reply(to: first, "Hello?").ticket == third)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Whoever came by a merge sees the follow-up that the own reply opens", arguments: StorageKind.allCases)
    func followUpsOfMerged(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .never(.followUp) }
        let a = try await bench.open("A").ticket
        let b = try await bench.open("B", as: bench.bob).ticket
        let (c, token) = try await bench.openAsGuest()
        try await bench.tessTickets.merge(b, into: a, access: .share)
        try await bench.tessTickets.merge(c, into: a, access: .share)
        try await bench.tessTickets.close(a)
        let next = try await bench.bobTickets.reply(to: b, "Not done").ticket
        #expect(try await bench.bobTickets.page(next).conversation.items.map(\.isOwn) == [true])
        #expect(try await bench.aliceTickets.page(next).ticket.viewerRole == .requester)
        #expect(try await bench.portal.guest().tickets.reply(token, "Nor for me").ticket == next)
    }

    @Test(
        "Notices that wait while their message is moved still have its words, for whoever may hear them",
        arguments: StorageKind.allCases)
    func waitingNotices(_ kind: StorageKind) async throws {
        for access in MergeAccess.allCases {
            let bench = try await PortalBench(kind)
            let a = try await bench.open("A").ticket
            let b = try await bench.open("B", as: bench.bob).ticket
            _ = try await bench.heard()
            try await bench.tessTickets.reply(to: b, "Words for Bob")
            let part = try #require(try await bench.tessTickets.reply(to: a, "Words for Alice").message)
            let note = try #require(try await bench.allTickets.note(on: a, "Words for Tess").message)
            // Worked out who hears, yet not told.
            bench.channel.fail { _ in DeliveryFailure("later") }
            try await bench.portal.dispatcher.drain()
            bench.channel.fail(nil)
            try await bench.tessTickets.split([part, note], from: a, subject: "Half", department: "billing")
            try await bench.tessTickets.merge(b, into: a, access: access)
            bench.clock.advance(by: .seconds(3_600))
            try await bench.portal.dispatcher.drain()
            let told = bench.channel.drain().filter { $0.event.details[.message] != nil }
            let words = Set(told.map { "\($0.recipient.identity): \($0.content.message?.text ?? "nothing")" })
            // Tess does not see billing. Bob has his words: in Alice's ticket, or, where that was withheld, in his own still.
            #expect(words == ["customer:c-alice: Words for Alice", "customer:c-bob: Words for Bob"])
        }
    }

    @Test(
        "An agent who does not see where it leads sees the empty ticket and can do nothing there", arguments: StorageKind.allCases
    )
    func partialSight(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open("A").ticket
        let b = try await bench.open("B") { $0.department = "billing" }.ticket
        try await bench.allTickets.merge(b, into: a)
        let bill = bench.billTickets
        let page = try await bill.page(b)
        #expect(page.ticket.id == b)
        #expect(page.conversation.items.isEmpty)
        #expect(await code { try await bill.page(a) } == .notFound)
        let acts: [() async throws -> Any] = [
            { try await bill.reply(to: b, "x") }, { try await bill.note(on: b, "x") }, { try await bill.reopen(b) },
            { try await bill.claim(b) }, { try await bill.transfer(b, to: "technical") }, { try await bill.watch(b) },
            { try await bill.preview(.note, on: b) }, { try await bill.set(.open, on: b) },
        ]
        for (index, act) in acts.enumerated() { #expect(await code { try await act() } == .ticketMerged, "\(index)") }
        #expect(try await bench.texts(b).isEmpty)
    }

    @Test("Limits of messages and recipients refuse, however odd they are", arguments: StorageKind.allCases)
    func limits(_ kind: StorageKind) async throws {
        let expected: [Int: PortalError.Code?] = [.max: nil, 1: nil, 0: .tooMany, -1: .tooMany, .min: .tooMany]
        for (limit, refusal) in expected {
            let bench = try await PortalBench(kind) { $0.limits.mergedMessages = limit }
            let (a, b) = (try await bench.open("A").ticket, try await bench.open("B").ticket)
            #expect(await code { try await bench.tessTickets.merge(b, into: a) } == refusal, "\(limit)")
            #expect(try await bench.texts(a).count == (refusal == nil ? 2 : 1))
        }
        let bench = try await PortalBench(kind) { $0.limits.recipients = 2 }
        let a = try await bench.open("A") { $0.copies = ["x@example.com", "y@example.com"] }.ticket
        let b = try await bench.open("B") { $0.copies = ["z@example.com"] }.ticket
        #expect(await code { try await bench.tessTickets.merge(b, into: a, access: .share) } == .tooManyRecipients)
        try await bench.tessTickets.merge(b, into: a, access: .withhold)
        #expect(try await bench.record(a)?.copies.count == 2)
    }

    @Test("Old and new tags, watchers and files come along", arguments: StorageKind.allCases)
    func carriesAlong(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let file = try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))
        let a = try await bench.open("A").ticket
        let b = try await bench.open("B") { $0.attachments = [file] }.ticket
        try await bench.tessTickets.tag(a, try #require(TagName("one")))
        try await bench.tessTickets.tag(b, try #require(TagName("two")), try #require(TagName("one")))
        try await bench.tessTickets.watch(b)
        try await bench.tessTickets.merge(b, into: a)
        let record = try #require(try await bench.record(a))
        #expect(record.tags.map(\.rawValue) == ["one", "two"])
        #expect(record.watchers == ["a-tess"])
        #expect(record.fileCount == 1)
        let page = try await bench.aliceTickets.page(b)
        let entry = try #require(page.conversation.items.first { !$0.attachments.isEmpty })
        #expect(try await bench.aliceTickets.file(file.id, in: entry.id, of: b).bytes.collect() == Data("x".utf8))
        // A merged ticket has nothing that could be unread.
        #expect(try await bench.allTickets.unread(among: [try #require(try await bench.record(b))]).isEmpty)
    }

    @Test("64 tasks reply, close and merge both ways at once: nothing is lost", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        for _ in 0..<3 {
            let bench = try await PortalBench(kind)
            let tickets = [try await bench.open("A").ticket, try await bench.open("B").ticket, try await bench.open("C").ticket]
            let written = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let (one, other) = (tickets[number % 3], tickets[(number / 3) % 3])
                        switch number % 8 {
                        case 0, 1:
                            _ = try? await bench.tessTickets.merge(one, into: other, access: .share)
                            return nil
                        case 2:
                            try await bench.aliceTickets.close(one)
                            return nil
                        case 3, 4: try await bench.tessTickets.reply(to: one, ReplyDraft("\(number)"))
                        case 5: try await bench.tessTickets.note(on: one, ReplyDraft("\(number)"))
                        default: try await bench.aliceTickets.reply(to: one, ReplyDraft("\(number)"))
                        }
                        return "\(number)"
                    }
                }
                var written: [String] = []
                for try await text in group { if let text { written.append(text) } }
                return written
            }
            var found: [String] = []
            for ticket in try await bench.allRecords() { found += try await bench.texts(ticket.id) }
            #expect(found.filter { $0.count < 3 }.sorted() == written.sorted())
            #expect(found.count == written.count + 3)
            #expect(try await bench.contradictions().isEmpty)
        }
    }

    @Test("A merge that a fault cuts short is done or not done, and can be done again", arguments: StorageKind.allCases)
    func faults(_ kind: StorageKind) async throws {
        try await withEachFault(kind) { bench in
            let (a, b) = (try await bench.open("A").ticket, try await bench.open("B", as: bench.bob).ticket)
            try await bench.tessTickets.note(on: b, "Note")
            return (a: a, b: b)
        } work: { bench, tickets in
            try await bench.tessTickets.merge(tickets.b, into: tickets.a, access: .share)
        } verify: { (bench, tickets, fault) async throws in
            #expect(try await bench.texts(tickets.a).count == 3, "\(fault)")
            #expect(try await bench.record(tickets.b)?.mergedInto == tickets.a, "\(fault)")
            #expect(try await bench.contradictions().isEmpty, "\(fault)")
        }
    }
}
