/// What a host decides about its portal.
public struct PortalConfiguration: Sendable {
    /// The departments, in the order of the form.
    public var departments: [Department] = [Department(id: "support", name: "Support")]
    /// The priorities that a form offers, in order; the first form value is the one in the middle.
    public var priorities: [TicketPriority] = [.low, .medium, .high]
    /// The statuses: the four built-in ones, and the host's own.
    public var statuses = StatusDefinition.standard
    /// How tickets behave.
    public var tickets = TicketPolicy()
    /// How tickets are numbered.
    public var numbering = TicketNumbering.standard
    /// What may be attached.
    public var uploads = UploadRules.standard
    /// What may be offered as a download.
    public var downloads = DownloadPolicy()
    /// How much of anything is accepted.
    public var limits = PortalLimits()
    /// The portal's own addresses, which can never be CC recipients: the portal would write to itself.
    public var addresses: Set<EmailAddress> = []
    /// Who hears of what.
    public var notices = NoticeTable.standard
    /// How notices are tried again.
    public var dispatch = DispatchPolicy()

    /// One department called Support, and what suits most hosts.
    public init() {}

    /// One department called Support, and what suits most hosts, with properties set.
    public init(with change: (inout PortalConfiguration) throws -> Void) rethrows {
        self.init()
        try change(&self)
    }

    /// The department with an id, if it is configured.
    public func department(_ id: Department.ID) -> Department? { departments.first { $0.id == id } }

    /// What a status means. The built-in ones mean what they say unless they are defined otherwise; any other that is not defined counts
    /// as ``StatusKind/open``.
    public func kind(of status: TicketStatus) -> StatusKind {
        let defined = statuses.first { $0.status == status } ?? StatusDefinition.standard.first { $0.status == status }
        return defined?.kind ?? .open
    }

    private var allStatuses: [StatusDefinition] {
        statuses + StatusDefinition.standard.filter { standard in !statuses.contains { $0.status == standard.status } }
    }

    /// The statuses of some kinds, as a filter. Undefined statuses are of kind ``StatusKind/open``.
    public func statuses(of kinds: Set<StatusKind>) -> StatusFilter {
        guard kinds.contains(.open) else {
            return .only(Set(allStatuses.filter { kinds.contains($0.kind) }.map(\.status)))
        }
        return .except(Set(allStatuses.filter { !kinds.contains($0.kind) }.map(\.status)))
    }
}
