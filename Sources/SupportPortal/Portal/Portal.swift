/// A customer support portal: stores and channels put together, and the rules between them.
///
/// ```swift
/// let portal = Portal(storage: InMemoryStorage())
/// let session = portal.customer(customer)
/// ```
///
/// The host says who is asking and gets a session back; nothing else leads to a record. A portal is a value whose copies share the indexes of its
/// search and hold no other state: make one when the host starts, and anew whenever its configuration changes. One that is made for each request would
/// index anew for each; see ``CatalogIndex``.
public struct Portal: Sendable {
    /// The stores.
    public let storage: any PortalStorage
    /// How people are told.
    public let channels: [any NotificationChannel]
    /// Whom the portal asks about people.
    public let people: any PeopleDirectory
    /// What the host decided.
    public let configuration: PortalConfiguration
    /// Time, ids and chance.
    public let environment: PortalEnvironment
    /// What searches the sections.
    let indexes: PortalIndexes

    /// Composes a portal.
    /// - Parameters:
    ///   - storage: the stores; a section without one is absent.
    ///   - channels: how people are told; without any, nobody is.
    ///   - people: whom to ask about customers, their services, and agents.
    ///   - configuration: departments, policies and limits.
    ///   - search: languages, and what the host plugs into searching.
    ///   - environment: time, ids and chance; replaced in tests.
    public init(
        storage: any PortalStorage, channels: [any NotificationChannel] = [],
        people: any PeopleDirectory = InMemoryPeopleDirectory(), configuration: PortalConfiguration = PortalConfiguration(),
        search: PortalSearch = PortalSearch(), environment: PortalEnvironment = PortalEnvironment()
    ) {
        self.storage = storage
        self.channels = channels
        self.people = people
        self.configuration = configuration
        self.environment = environment
        indexes = PortalIndexes(storage, search, environment)
    }

    /// A session for a customer whom the host has signed in.
    public func customer(_ customer: Customer) -> CustomerSession { CustomerSession(portal: self, customer: customer) }

    /// A session for somebody whom the host has not signed in.
    public func guest(_ guest: Guest = Guest()) -> GuestSession { GuestSession(portal: self, guest: guest) }

    /// A session for a member of the host's staff.
    public func agent(_ agent: Agent) -> AgentSession { AgentSession(portal: self, agent: agent) }

    /// What tells people of events. Run it in a task of the host's, or drain it now and then.
    public var dispatcher: Dispatcher {
        var sources: [any NoticeSource] = []
        if let tickets = storage.tickets {
            sources.append(TicketNotices(store: tickets, people: people, configuration: configuration, now: environment.now))
        }
        return Dispatcher(sources: sources, channels: channels, policy: configuration.dispatch, environment: environment)
    }

    /// The sections that the host composed.
    public var sections: [PortalSection] {
        var sections: [PortalSection] = []
        if storage.tickets != nil { sections.append(.tickets) }
        if storage.announcements != nil { sections.append(.announcements) }
        if storage.articles != nil { sections.append(.knowledgebase) }
        if storage.downloads != nil { sections.append(.downloads) }
        return sections
    }

    /// An empty reply with a submit key of its own.
    var newReply: ReplyDraft {
        var draft = ReplyDraft("")
        draft.submitKey = SubmitKey(bytes: environment.makeSecret())
        return draft
    }

    var ticketDesk: TicketDesk {
        get throws {
            guard let store = storage.tickets else {
                throw PortalError(.sectionNotComposed, "no ticket store is composed")
            }
            return TicketDesk(
                store: store, blobs: storage.blobs, people: people, configuration: configuration, environment: environment,
                channels: channels)
        }
    }
}
