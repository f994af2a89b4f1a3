/// A section of the portal, or another entry of its menu.
public struct PortalSection: RawRepresentable, Hashable, Sendable, Codable {
    /// The section as text, for links and translations.
    public let rawValue: String

    /// Makes a section.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The viewer's tickets.
    public static let tickets = PortalSection(rawValue: "tickets")
    /// News of the host's.
    public static let announcements = PortalSection(rawValue: "announcements")
    /// Articles.
    public static let knowledgebase = PortalSection(rawValue: "knowledgebase")
    /// Files.
    public static let downloads = PortalSection(rawValue: "downloads")
    /// The form that opens a ticket.
    public static let openTicket = PortalSection(rawValue: "openTicket")
}

/// The menu beside every page: what there is for this viewer, in order, and what waits there.
public struct PortalMenu: Hashable, Sendable, Codable {
    /// An entry.
    public struct Entry: Identifiable, Hashable, Sendable, Codable {
        /// The section that it leads to.
        public let id: PortalSection
        /// How much there waits for the viewer; `nil` where nothing is counted.
        public let badge: Int?

        /// Makes an entry.
        public init(_ id: PortalSection, badge: Int? = nil) {
            self.id = id
            self.badge = badge
        }
    }

    /// The entries, in order. Sections that the host did not compose, or that are not for this viewer, are absent.
    public let entries: [Entry]

    /// Makes a menu.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The entry of a section, if there is one.
    public subscript(section: PortalSection) -> Entry? { entries.first { $0.id == section } }
}

extension Portal {
    /// The entries of the sections that show the same badge to everybody: none.
    var readingSections: [PortalMenu.Entry] {
        [PortalSection.knowledgebase, .downloads].filter(sections.contains).map { PortalMenu.Entry($0) }
    }
}
