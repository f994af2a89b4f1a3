import SecureDigest

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A key that a form or draft carries from its first moment, so that sending it twice does the work once: 128 random bits, written as
/// 32 hexadecimal digits. To be kept with the draft and treated as a secret of its author.
public struct SubmitKey: Hashable, Sendable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public let text: String

    /// Reads a key; `nil` unless it is 32 hexadecimal digits.
    public init?(_ text: String) {
        guard let text = text.asHexadecimal(digits: 32) else { return nil }
        self.text = text
    }

    init(bytes: [UInt8]) { text = AccessToken(bytes: bytes).text }

    /// Hidden, so that a key does not end up in a log; use ``text``.
    public var description: String { "SubmitKey(hidden)" }

    /// What is submitted under a key.
    enum Purpose {
        case form
        case message(on: Ticket.ID)

        var text: String {
            switch self {
            case .form: "form"
            case .message(let ticket): "message on \(ticket)"
            }
        }
    }

    /// What is stored in place of the key, apart for each sender and purpose, so that a key used again for something else does that.
    func hash(for sender: AccessKey, _ purpose: Purpose) -> String {
        digest("submission", "\(sender.rawValue)\n\(purpose.text)").hexadecimal
    }

    /// The key under which a guest's uploads for the form are filed.
    var uploadOwner: AccessKey { .form(digest("upload").hexadecimal) }

    /// The token of the ticket that this form of a guest's opens: the same when the form is sent again, which is why it is derived.
    func accessToken(for ticket: Ticket.ID) -> AccessToken {
        AccessToken(bytes: Array(digest("access token", ticket.rawValue).bytes.prefix(16)))
    }

    /// HMAC-SHA-256 (RFC 2104) under the key, one purpose apart from the other.
    private func digest(_ purpose: String, _ context: String = "") -> SHA256Digest {
        HMACSHA256.authenticate(Array("\(purpose)\n\(context)".utf8), key: Array(text.utf8))
    }
}

extension SubmitKey: Codable {
    /// Reads the key from a plain string.
    /// - Throws: `DecodingError.dataCorrupted` unless it is 32 hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a submit key")
        }
        self = key
    }

    /// Writes the key as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// That something was submitted, and what became of it; kept until it expires so that a second submit finds it.
public struct Submission: Hashable, Sendable, Codable {
    /// The hash of sender and submit key.
    public var key: String
    /// The ticket that it opened or added to.
    public var ticket: Ticket.ID
    /// The message that it added.
    public var message: Message.ID
    /// From this instant on the key may be used anew and the store may forget it.
    public var expires: Date

    /// Makes a submission.
    public init(key: String, ticket: Ticket.ID, message: Message.ID, expires: Date) {
        self.key = key
        self.ticket = ticket
        self.message = message
        self.expires = expires
    }
}
