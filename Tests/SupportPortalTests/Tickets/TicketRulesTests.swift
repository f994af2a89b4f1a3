import Foundation
import SupportPortal
import Testing

/// Every (status, action, policy) for every kind of actor, against a table written by hand.
@Suite("The rules of tickets")
struct TicketRulesTests {
    static let onHold = TicketStatus(rawValue: "On hold")
    static let unheardOf = TicketStatus(rawValue: "Unheard-of")
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let window = Duration.seconds(1_000)

    /// A policy about closed tickets, and what becomes of a customer's words under it: the status, or the refusal.
    enum Policy: String, CaseIterable, Sendable {
        case always, within, tooLateRefuse, tooLateFollowUp, neverRefuse, neverFollowUp

        var reopening: ReopeningPolicy {
            switch self {
            case .always: .always
            case .within: .within(window + .milliseconds(1), otherwise: .refuse)
            case .tooLateRefuse: .within(window, otherwise: .refuse)
            case .tooLateFollowUp: .within(window, otherwise: .followUp)
            case .neverRefuse: .never(.refuse)
            case .neverFollowUp: .never(.followUp)
            }
        }

        var reply: Expectation {
            switch self {
            case .always, .within: .becomes(.customerReply, .customerReopened)
            case .tooLateRefuse, .neverRefuse: .refused(.ticketClosed)
            case .tooLateFollowUp, .neverFollowUp: .becomes(.closed, .followedUp)
            }
        }

        var reopen: Expectation {
            switch self {
            case .always, .within: .becomes(.open, .reopened)
            default: .refused(.ticketClosed)
            }
        }
    }

    enum Who: String, CaseIterable, Sendable {
        case requester, copy, agent, powerless, system

        var actor: TicketActor {
            switch self {
            case .requester: TicketActor(Author(role: .requester, identity: .customer("c"), name: "C"))
            case .copy: TicketActor(Author(role: .copy, identity: .customer("d"), name: "D"))
            case .agent: TicketActor(Author(role: .agent, identity: .agent("a"), name: "A"), permissions: .standard)
            case .powerless: TicketActor(Author(role: .agent, identity: .agent("b"), name: "B"))
            case .system: .system
            }
        }
    }

    enum Expectation: Equatable, Sendable {
        case becomes(TicketStatus, TicketRule)
        case refused(PortalError.Code)
    }

    static let statuses: [TicketStatus] = [.open, .answered, .customerReply, .closed, onHold, unheardOf]

    /// The table. On hold is a host's status of kind answered; an undefined status counts as open.
    static func expected(_ action: String, _ who: Who, _ status: TicketStatus, _ policy: Policy) -> Expectation {
        let isClosed = status == .closed
        switch (action, who) {
        case ("reply", .requester), ("reply", .copy): return isClosed ? policy.reply : .becomes(.customerReply, .customerReplied)
        case ("thanks", .requester), ("thanks", .copy):
            return isClosed ? .becomes(.closed, .thanksAppended) : .becomes(.customerReply, .customerReplied)
        case ("reply", .agent), ("thanks", .agent): return .becomes(.answered, .agentReplied)
        case ("reply and close", .agent): return .becomes(.closed, .agentRepliedSettingStatus)
        case ("reply, unknown status", .agent): return .refused(.unknownChoice)
        case ("note", .agent): return .becomes(status, .noted)
        case ("post", .system): return .becomes(status, .posted)
        case ("close", .requester), ("close", .agent), ("close", .system):
            return isClosed ? .becomes(.closed, .unchanged) : .becomes(.closed, .closed)
        case ("reopen", .requester): return isClosed ? policy.reopen : .becomes(status, .unchanged)
        case ("reopen", .agent): return isClosed ? .becomes(.open, .reopened) : .becomes(status, .unchanged)
        case ("on hold", .agent): return status == onHold ? .becomes(onHold, .unchanged) : .becomes(onHold, .statusSet)
        case ("unknown status", .agent): return .refused(.unknownChoice)
        case ("priority", .agent): return .becomes(status, .prioritySet)
        case ("same priority", .agent): return .becomes(status, .unchanged)
        case ("transfer", .agent): return .becomes(status, .transferred)
        case ("same department", .agent): return .becomes(status, .unchanged)
        case ("unknown department", .agent): return .refused(.unknownChoice)
        case ("take", .agent), ("give away", .agent): return .becomes(status, .assigned)
        // To watch needs no permission but to see.
        case ("watch", .agent), ("watch", .powerless): return .becomes(status, .watched)
        case ("unwatch", .agent), ("unwatch", .powerless): return .becomes(status, .unchanged)
        case ("tag", .agent): return .becomes(status, .tagged)
        case ("untag", .agent): return .becomes(status, .unchanged)
        case ("answer", .agent): return .becomes(status, .fieldsSet)
        case ("feedback", .requester): return isClosed ? .becomes(.closed, .feedbackGiven) : .refused(.notRateable)
        case ("bad feedback", .requester): return .refused(.invalidGrade)
        default: return .refused(.notPermitted)
        }
    }

    static let actions: [(String, TicketAction)] = [
        ("reply", .reply("It is down")), ("thanks", .reply(" Thank   you!! ")),
        ("reply and close", .reply("Done", setting: .closed)),
        ("reply, unknown status", .reply("Done", setting: unheardOf)), ("note", .note), ("post", .post), ("close", .close),
        ("reopen", .reopen), ("on hold", .set(onHold)), ("unknown status", .set(unheardOf)), ("priority", .set(.high)),
        ("same priority", .set(.medium)), ("transfer", .transfer(to: "billing")), ("same department", .transfer(to: "technical")),
        ("unknown department", .transfer(to: "nowhere")), ("take", .assign(to: "a")), ("give away", .assign(to: "z")),
        ("watch", .watch), ("unwatch", .unwatch), ("tag", .tag([TagName("x")].compactMap(\.self))),
        ("untag", .untag([TagName("x")].compactMap(\.self))), ("answer", .answer(["domain": "x"])),
        ("feedback", .giveFeedback(5)), ("bad feedback", .giveFeedback(6)),
    ]

    @Test("Every status, action and policy gives what the table says", arguments: Who.allCases, Policy.allCases)
    func table(_ who: Who, _ policy: Policy) throws {
        let configuration = PortalConfiguration {
            $0.departments = [
                Department(id: "technical", name: "T") { $0.fields = [CustomField(id: "domain", label: "D")] },
                Department(id: "billing", name: "B"),
            ]
            $0.statuses.append(StatusDefinition(Self.onHold, kind: .answered))
            $0.tickets.reopening = policy.reopening
            $0.tickets.thanks = ["Thank you"]
        }
        for status in Self.statuses {
            for (name, action) in Self.actions {
                let ticket = Self.ticket(status)
                let expected = Self.expected(name, who, status, policy)
                let found: Expectation
                do {
                    let decision = try TicketRules.decide(action, by: who.actor, on: ticket, under: configuration, at: Self.now)
                    found = .becomes(decision.ticket.status, decision.rule)
                    Self.checkInvariants(decision, from: ticket, configuration)
                } catch let error as PortalError {
                    found = .refused(error.code)
                }
                #expect(found == expected, "\(who) does \(name) on \(status) under \(policy)")
            }
        }
    }

    static func ticket(_ status: TicketStatus) -> Ticket {
        var ticket = Ticket(
            id: "t", number: TicketNumber(rawValue: "N"), requester: Requester(customer: "c", name: "C", address: nil),
            opened: now - 5_000, subject: "S", department: "technical")
        ticket.status = status
        ticket.lastActivity = now - 2_000
        ticket.closed = status == .closed ? now - 1_000 : nil
        ticket.messageCount = 3
        ticket.guestAccess = GuestAccess(tokenHash: "h", expires: now)
        return ticket
    }

    static func checkInvariants(_ decision: TicketDecision, from before: Ticket, _ configuration: PortalConfiguration) {
        let after = decision.ticket
        #expect((after.closed != nil) == (configuration.kind(of: after.status) == .closed), "\(decision.rule): closed date")
        #expect(after.messageCount == before.messageCount + (decision.message == nil ? 0 : 1), "\(decision.rule): message count")
        #expect(decision.events.count <= 1, "\(decision.rule): one event at most")
        let isConversation = decision.message == .reply
        #expect((after.lastActivity == now) == isConversation, "\(decision.rule): only public words count as activity")
        #expect(
            (after.guestAccess?.expires == now) != isConversation, "\(decision.rule): public words keep the guest's token good")
        if decision.rule == .unchanged {
            #expect(decision.changesNothing)
            #expect(after == before)
        }
        let internalRules: Set<TicketRule> = [.noted, .assigned, .watched, .tagged, .feedbackGiven]
        #expect(decision.events.allSatisfy(\.isInternal) == (internalRules.contains(decision.rule) || decision.events.isEmpty))
        #expect(
            (after.publicRevision > before.publicRevision) == decision.events.contains { !$0.isInternal },
            "\(decision.rule): what customers do not see does not disturb them")
    }

    @Test("A merged ticket takes only the words of whoever may not go where it leads", arguments: Who.allCases)
    func merged(_ who: Who) throws {
        var ticket = Self.ticket(.closed)
        ticket.mergedInto = "other"
        for (name, action) in Self.actions {
            let isWords = ["reply", "thanks"].contains(name) && [.requester, .copy].contains(who)
            do {
                let decision = try TicketRules.decide(
                    action, by: who.actor, on: ticket, under: PortalConfiguration(), at: Self.now)
                #expect(isWords && decision.opensFollowUp, "\(who) does \(name)")
            } catch let error as PortalError {
                #expect(!isWords && error.code == .ticketMerged, "\(who) does \(name)")
            }
        }
    }

    @Test("A closed ticket that is closed again by a status of its own keeps its date")
    func closedAgain() throws {
        let archived = TicketStatus(rawValue: "Archived")
        let configuration = PortalConfiguration { $0.statuses.append(StatusDefinition(archived, kind: .closed)) }
        let ticket = Self.ticket(.closed)
        let decision = try TicketRules.decide(.set(archived), by: Who.agent.actor, on: ticket, under: configuration, at: Self.now)
        #expect(decision.ticket.closed == ticket.closed)
        #expect(decision.events.map(\.kind) == [.ticketStatusSet])
    }

    @Test("The built-in statuses mean what they say, also where a host defines only its own")
    func builtInStatuses() throws {
        let configuration = PortalConfiguration { $0.statuses = [StatusDefinition(Self.onHold, kind: .answered)] }
        let decision = try TicketRules.decide(
            .close, by: Who.agent.actor, on: Self.ticket(.closed), under: configuration, at: Self.now)
        #expect(decision.rule == .unchanged)
        #expect(configuration.statuses(of: [.closed]).includes(.closed))
        #expect(!configuration.statuses(of: [.open]).includes(.closed))
    }

    @Test("A department's own reopening policy outranks the portal's")
    func departmentPolicy() throws {
        let configuration = PortalConfiguration {
            $0.departments = [Department(id: "technical", name: "T") { $0.reopening = .never(.refuse) }]
        }
        #expect(throws: PortalError.self) {
            try TicketRules.decide(
                .reply("x"), by: Who.requester.actor, on: Self.ticket(.closed), under: configuration, at: Self.now)
        }
    }

    @Test("Extreme windows and dates decide without a trap")
    func extremes() throws {
        for window in [Duration.seconds(Int64.max), .seconds(Int64.min), .zero, .nanoseconds(1)] {
            for closed in [
                Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: .nan),
            ] {
                let configuration = PortalConfiguration {
                    $0.tickets.reopening = .within(window, otherwise: .followUp)
                    $0.tickets.guestAccessLifetime = window
                }
                var ticket = Self.ticket(.closed)
                ticket.closed = closed
                for now in [Self.now, .distantPast, .distantFuture] {
                    _ = try TicketRules.decide(.reply("x"), by: Who.requester.actor, on: ticket, under: configuration, at: now)
                }
            }
        }
    }
}
