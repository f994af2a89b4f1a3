#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Collects the mistakes of a form while it turns what was typed into values.
struct FormChecks {
    let configuration: PortalConfiguration
    private(set) var problems: [FormProblem] = []

    init(_ configuration: PortalConfiguration) { self.configuration = configuration }

    mutating func add(_ problem: FormProblem) { problems.append(problem) }

    /// Throws all mistakes at once, if there are any.
    func throwIfAny() throws {
        guard problems.isEmpty else { throw PortalError(problems: problems) }
    }

    mutating func name(_ text: String) -> SingleLine {
        line(text, .name, limit: configuration.limits.name)
    }

    mutating func subject(_ text: String) -> SingleLine {
        line(text, .subject, limit: configuration.limits.subject)
    }

    private mutating func line(_ text: String, _ field: FormProblem.Field, limit: Int) -> SingleLine {
        // Bytes count, too: a character can be of thousands. What is far too long is refused without being looked at.
        let (bytes, overflow) = limit.multipliedReportingOverflow(by: 8)
        guard overflow || text.utf8.count <= bytes else {
            add(FormProblem(field, .tooLong, limit: limit))
            return ""
        }
        let line = SingleLine(text)
        if !line.isVisible { add(FormProblem(field, .missing)) }
        if line.text.count > limit { add(FormProblem(field, .tooLong, limit: limit)) }
        return line
    }

    mutating func title(_ text: String) -> SingleLine {
        line(text, .title, limit: configuration.limits.subject)
    }

    mutating func message(_ text: String, field: FormProblem.Field = .message) -> String {
        guard text.utf8.count <= configuration.limits.message else {
            add(FormProblem(field, .tooLong, limit: configuration.limits.message))
            return ""
        }
        let message = text.asMessageText
        if message.isEmpty { add(FormProblem(field, .missing)) }
        return message
    }

    mutating func address(_ text: String) -> EmailAddress? {
        let address = EmailAddress(checking: text)
        if text.utf8.count <= 1_024, text.trimmingSpaces.isEmpty {
            add(FormProblem(.email, .missing))
        } else if address == nil {
            add(FormProblem(.email, .malformed))
        } else if let address, configuration.addresses.contains(address) {
            add(FormProblem(.email, .portalAddress))
        }
        return address
    }

    mutating func copies(_ texts: [String], requester: EmailAddress?) -> [EmailAddress] {
        guard texts.count <= configuration.limits.recipients else {
            add(FormProblem(.copies, .tooMany, limit: configuration.limits.recipients))
            return []
        }
        var addresses: [EmailAddress] = []
        for (index, text) in texts.enumerated() {
            guard let address = EmailAddress(checking: text) else {
                add(FormProblem(.copies, .malformed, index: index))
                continue
            }
            if addresses.contains(address) {
                add(FormProblem(.copies, .duplicate, index: index))
            } else if address == requester {
                add(FormProblem(.copies, .ownAddress, index: index))
            } else if configuration.addresses.contains(address) {
                add(FormProblem(.copies, .portalAddress, index: index))
            } else {
                addresses.append(address)
            }
        }
        return addresses
    }

    /// The checked answers to the fields of a department; what it does not ask is left out.
    mutating func fields(_ answers: [CustomField.ID: String], _ asked: [CustomField]) -> [CustomField.ID: FieldValue] {
        var values: [CustomField.ID: FieldValue] = [:]
        for field in asked {
            do {
                values[field.id] = try field.value(of: answers[field.id])
            } catch {
                add(FormProblem(.custom(field.id), error.code, limit: error.limit))
            }
        }
        return values
    }

    /// A choice that must be made.
    mutating func department(_ id: Department.ID?, among choices: some Sequence<Department.ID>) -> Department.ID? {
        guard let id else {
            add(FormProblem(.department, .missing))
            return nil
        }
        guard choices.contains(id) else {
            add(FormProblem(.department, .unknown))
            return nil
        }
        return id
    }

    /// A choice that may be left out.
    mutating func service(_ id: Service.ID?, among services: [Service]) -> Service.ID? {
        guard let id else { return nil }
        if !services.contains(where: { $0.id == id }) { add(FormProblem(.service, .unknown)) }
        return id
    }

    mutating func priority(_ priority: TicketPriority) -> TicketPriority {
        if priority != configuration.priorities.middle, !configuration.priorities.contains(priority) {
            add(FormProblem(.priority, .unknown))
        }
        return priority
    }

    mutating func status(_ status: TicketStatus?) -> TicketStatus? {
        if let status, !configuration.statuses.contains(where: { $0.status == status }) { add(FormProblem(.status, .unknown)) }
        return status
    }

    /// The files that were uploaded by `owner` in time, with the names and sizes that are stored, whatever the form says.
    mutating func attachments(
        _ files: [UploadedFile], stored: [Blob], attached: Set<Blob.ID>, owner: AccessKey, notBefore earliest: Date
    ) -> [FileAttachment] {
        let rules = configuration.uploads
        guard files.count <= rules.maximumFiles else {
            add(FormProblem(.attachments, .tooMany, limit: rules.maximumFiles))
            return []
        }
        let known = Dictionary(stored.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var attachments: [FileAttachment] = []
        var total = 0
        for (index, file) in files.enumerated() {
            guard let blob = known[file.id], blob.owner == owner, blob.created >= earliest else {
                add(FormProblem(.attachments, .unknown, index: index))
                continue
            }
            if attached.contains(blob.id) || attachments.contains(where: { $0.id == blob.id }) {
                add(FormProblem(.attachments, .duplicate, index: index))
            } else if blob.size > rules.maximumFileSize {
                add(FormProblem(.attachments, .tooLong, index: index, limit: rules.maximumFileSize))
            } else if !rules.allows(blob.name) {
                add(FormProblem(.attachments, .fileTypeNotAllowed, index: index))
            } else {
                total += blob.size
                attachments.append(FileAttachment(id: blob.id, name: blob.name, size: blob.size))
            }
        }
        if total > rules.maximumTotalSize { add(FormProblem(.attachments, .tooLong, limit: rules.maximumTotalSize)) }
        return attachments
    }
}
