#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a requester said about a ticket once it was closed.
public struct TicketFeedback: Hashable, Sendable, Codable {
    /// The grades that can be given, for tickets and for single replies.
    public static let grades = 1...5

    /// How it went, from 1 to 5.
    public var grade: Int
    /// What was said beside that; a Markdown source, never HTML.
    public var comment: String
    /// When.
    public var date: Date
    /// Which of the requesters said it.
    public var author: AccessKey

    /// Makes feedback.
    public init(grade: Int, comment: String, date: Date, author: AccessKey) {
        self.grade = grade
        self.comment = comment
        self.date = date
        self.author = author
    }
}
