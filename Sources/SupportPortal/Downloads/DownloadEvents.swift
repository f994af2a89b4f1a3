extension PortalEvent.Detail {
    /// The name of the file.
    public static let fileName = PortalEvent.Detail(rawValue: "fileName")
    /// Which version it was; absent where it has none.
    public static let version = PortalEvent.Detail(rawValue: "version")
    /// The SHA-256 of its bytes, in lower case hexadecimal.
    public static let sha256 = PortalEvent.Detail(rawValue: "sha256")
}

/// What failed when a file that was delivered to its end was to be counted; see ``PortalEnvironment/report``. The bytes were handed out, the number
/// is one too low, and there is no event.
public struct UncountedDownload: Error, Sendable {
    /// The file.
    public let download: Download.ID
    /// Who has it: the event that could not be stored.
    public let event: PortalEvent
    /// Why.
    public let cause: any Error
}
