#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Something that the host sells; audiences name it. The portal knows products by id alone.
public enum Product: Sendable {
    /// The host's id of a product.
    public typealias ID = Identifier<Product>
}

/// Something that a customer has bought: a server, a domain, a mailbox plan. A ticket may be about one.
public struct Service: Identifiable, Hashable, Sendable, Codable {
    /// The host's id of a service.
    public typealias ID = Identifier<Service>

    /// The host's id.
    public let id: ID
    /// The name to show, such as "VPS M – web1.example.com".
    public var name: SingleLine
    /// What it is a service of.
    public var product: Product.ID?
    /// Until when support and updates are paid for; `nil` for as long as the service is there.
    public var supportEnds: Date?

    /// Makes a service.
    public init(id: ID, name: SingleLine, product: Product.ID? = nil, supportEnds: Date? = nil) {
        self.id = id
        self.name = name
        self.product = product
        self.supportEnds = supportEnds
    }
}
