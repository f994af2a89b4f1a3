#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Whether somebody who sees that a file is there may have it.
public enum DownloadAccess: Hashable, Sendable, Codable {
    /// Yes.
    case granted
    /// No, and why: lists show it as restricted.
    case denied(DownloadDenial)

    /// The reason, if it is denied.
    public var denial: DownloadDenial? {
        switch self {
        case .granted: nil
        case .denied(let denial): denial
        }
    }
}

/// Why somebody may not have a file that he sees.
public struct DownloadDenial: Hashable, Sendable, Codable {
    /// A reason; later versions add more.
    public struct Reason: RawRepresentable, Hashable, Sendable, Codable {
        /// The reason as text.
        public let rawValue: String

        /// Makes a reason.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Whoever asks is not signed in; a customer may have it, if he has what it needs.
        public static let needsSignIn = Reason(rawValue: "needsSignIn")
        /// It is for those who have a service of one of ``DownloadDenial/products``.
        public static let needsProduct = Reason(rawValue: "needsProduct")
        /// It is for those who have a service, of whatever product.
        public static let needsService = Reason(rawValue: "needsService")
        /// It is for those whose support is paid for, which ended ``DownloadDenial/since`` then.
        public static let supportExpired = Reason(rawValue: "supportExpired")
    }

    /// The reason.
    public let reason: Reason
    /// With ``Reason/needsProduct``: the products, any of which would do, by their ids.
    public let products: [Product.ID]
    /// With ``Reason/supportExpired``: when the support of the service that had it longest ended.
    public let since: Date?

    private init(_ reason: Reason, products: Set<Product.ID> = [], since: Date? = nil) {
        self.reason = reason
        self.products = products.sorted()
        self.since = since
    }

    /// Not signed in.
    public static let needsSignIn = DownloadDenial(.needsSignIn)
    /// Without any service.
    public static let needsService = DownloadDenial(.needsService)
    /// Without a service of one of these products.
    public static func needsProduct(_ products: Set<Product.ID>) -> DownloadDenial {
        DownloadDenial(.needsProduct, products: products)
    }
    /// Without support since then.
    public static func supportExpired(since end: Date) -> DownloadDenial { DownloadDenial(.supportExpired, since: end) }
}

extension Download.Requirement {
    /// Whether somebody may have what needs this.
    ///
    /// Support that ends at an instant has ended at it. A service whose ``Service/supportEnds`` is `nil` has support. No product at all, an empty
    /// set, is had by nobody.
    /// - Parameters:
    ///   - services: what the customer has; `nil` for somebody who is not signed in.
    ///   - now: the moment.
    public func access(for services: [Service]?, at now: Date) -> DownloadAccess {
        guard self != .nothing else { return .granted }
        guard products != [] else { return .denied(.needsProduct([])) }
        guard let services else { return .denied(.needsSignIn) }
        let suitable = services.filter { service in
            guard let products else { return true }
            return service.product.map(products.contains) ?? false
        }
        guard !suitable.isEmpty else { return .denied(products.map { .needsProduct($0) } ?? .needsService) }
        guard needsSupport else { return .granted }
        var end = Date.distantPast
        for service in suitable {
            guard let ends = service.supportEnds, ends <= now else { return .granted }
            end = max(end, ends)
        }
        return .denied(.supportExpired(since: end))
    }
}
