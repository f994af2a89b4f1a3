/// What a web host answers to a ``FileRequest``: a status, fields, and perhaps bytes.
public struct FileAnswer: Sendable {
    /// The status of an HTTP answer: 200, 206, 304, 412 or 416.
    public let status: Int
    /// What is handed out; `nil` where the answer has no bytes. Not to be read for `HEAD`.
    public let delivery: FileDelivery?

    private let fields: [(name: String, value: String)]

    init(_ delivery: FileDelivery) {
        status = delivery.status
        self.delivery = delivery
        fields = []
    }

    init(_ status: Int, of delivery: FileDelivery, _ fields: [(String, String)]) {
        self.status = status
        self.delivery = nil
        let common = [("ETag", delivery.entityTag), ("Accept-Ranges", "bytes"), ("X-Content-Type-Options", "nosniff")]
        self.fields = (common + fields).map { (name: $0.0, value: $0.1) }
    }

    /// The fields of an HTTP answer.
    ///
    /// Parameter `inline`: as of ``FileDelivery/headers(inline:)``.
    public func headers(inline: Bool = false) -> [(name: String, value: String)] {
        delivery?.headers(inline: inline) ?? fields
    }
}
