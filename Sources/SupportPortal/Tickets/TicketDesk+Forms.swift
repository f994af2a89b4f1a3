#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketDesk {
    // MARK: Making forms

    /// Parameter `customer`: whose form it is; `nil` for a guest's.
    func newForm(for customer: Customer?, guest: Guest = Guest()) async throws -> TicketForm {
        let services = try await services(of: customer?.id)
        let departments = departments(forCustomers: customer != nil)
        let choices = TicketForm.Choices(
            departments: departments.map { .init(id: $0.id, name: $0.name, summary: $0.summary, fields: $0.fields) },
            services: services,
            priorities: configuration.priorities, uploads: uploadRules)
        return TicketForm(
            name: customer?.name ?? guest.name, email: customer == nil ? guest.email : customer?.email,
            isSignedIn: customer != nil,
            submitKey: SubmitKey(bytes: environment.makeSecret()), choices: choices)
    }

    private func departments(forCustomers isCustomer: Bool) -> [Department] {
        configuration.departments.filter { !$0.isHidden && (isCustomer || !$0.isForCustomersOnly) }
    }

    private func services(of customer: Customer.ID?) async throws -> [Service] {
        guard let customer else { return [] }
        return try await people.allServices(of: customer, limit: configuration.limits.services)
    }

    private var uploadRules: UploadRules {
        var rules = configuration.uploads
        if blobs == nil { rules.maximumFiles = 0 }
        return rules
    }

    // MARK: Taking forms

    /// All the mistakes of a form, without sending it.
    func problems(of form: TicketForm, for customer: Customer?) async throws -> [FormProblem] {
        try await check(form, for: customer).checks.problems
    }

    func open(_ form: TicketForm, for customer: Customer?, _ guest: Guest = Guest()) async throws -> TicketConfirmation {
        let sender: AccessKey = customer.map { .customer($0.id) } ?? form.submitKey.uploadOwner
        let key = form.submitKey.hash(for: sender, .form)
        let guestKey = customer == nil ? form.submitKey : nil
        if let earlier = try await store.submission(key, at: environment.date) { return try await confirm(earlier, guestKey) }
        var (checks, draft) = try await check(form, for: customer)
        try checks.throwIfAny()
        let source = customer == nil ? guest.sourceKey : nil
        try await refuseBanned(customer: customer?.id, address: draft.address, source: source)
        draft.source = source
        draft.limits = limits(for: customer?.id, source, at: environment.date)
        draft.removing = .draft(.form, of: sender)
        let author: Author
        var requester: Requester
        if let customer {
            requester = Requester(customer)
            author = Author(customer, as: .requester)
        } else {
            requester = Requester(customer: nil, name: draft.name, address: draft.address, language: guest.language)
            author = requester.author
        }
        return try await open(draft, requester, by: TicketActor(author), setting: nil, key, guestKey)
    }

    func open(_ form: AgentTicketForm, by agent: Agent) async throws -> TicketConfirmation {
        guard agent.permissions.contains(.openForOthers) else {
            throw PortalError(.notPermitted, "needs the permission openForOthers of an agent")
        }
        let key = form.submitKey?.hash(for: .agent(agent.id), .form)
        if let key, let earlier = try await store.submission(key, at: environment.date) { return try await confirm(earlier, nil) }
        var checks = FormChecks(configuration)
        let requester: Requester
        switch form.requester {
        case .customer(let id):
            let customer = try await people.customer(id)
            if customer == nil { checks.add(FormProblem(.customer, .unknown)) }
            requester = customer.map(Requester.init) ?? Requester(customer: id, name: "", address: nil)
        case .guest(let name, let email):
            requester = Requester(customer: nil, name: checks.name(name), address: checks.address(email))
        }
        var draft = Draft(name: requester.name, address: requester.address)
        draft.department = checks.department(
            form.department, among: configuration.departments.map(\.id).filter(agent.departments.contains))
        draft.service = checks.service(
            form.service, among: form.service == nil ? [] : try await services(of: requester.customer))
        draft.priority = checks.priority(form.priority ?? configuration.priorities.middle)
        draft.subject = checks.subject(form.subject)
        draft.fields = checks.fields(form.fields, draft.department.flatMap(configuration.department)?.fields ?? [])
        draft.copies = checks.copies(form.copies, requester: requester.address)
        draft.content.text = checks.message(form.message)
        draft.content.attachments = try await attachments(form.attachments, of: .agent(agent.id), &checks)
        let status = checks.status(form.status)
        guard status == nil || agent.permissions.contains(.changeStatus) else {
            throw PortalError(.notPermitted, "needs the permission changeStatus of an agent")
        }
        try checks.throwIfAny()
        let guestKey = requester.customer == nil ? form.submitKey ?? SubmitKey(bytes: environment.makeSecret()) : nil
        return try await open(draft, requester, by: TicketActor(agent), setting: status, key, guestKey)
    }

    /// A form whose fields were checked.
    private struct Draft {
        var name: SingleLine
        var address: EmailAddress?
        var department: Department.ID?
        var service: Service.ID?
        var priority = TicketPriority.medium
        var subject: SingleLine = ""
        var copies: [EmailAddress] = []
        var fields: [CustomField.ID: FieldValue] = [:]
        var content = Content(text: "")
        var source: AccessKey?
        var limits: [TicketLimit] = []
        var removing: DeskRecord.ID?
    }

    /// What keeps floods out.
    func limits(for customer: Customer.ID?, _ source: AccessKey?, at now: Date) -> [TicketLimit] {
        let policy = configuration.tickets.floods
        let start = now.adding(.seconds(-3600))
        let lastHour = TicketFilter { $0.opened = start..<Swift.max(start, .distantFuture) }
        var limits: [TicketLimit] = []
        if let customer {
            let own = AccessScope.holding([.customer(customer)])
            if let most = policy.openPerCustomer {
                let open = TicketFilter {
                    $0.statuses = configuration.statuses(of: [.open, .answered, .customerReply])
                    $0.requester = customer
                }
                limits.append(TicketLimit(most, in: own, filter: open))
            }
            if let most = policy.hourlyPerCustomer {
                var filter = lastHour
                filter.requester = customer
                limits.append(TicketLimit(most, in: own, filter: filter))
            }
        } else if let source, let most = policy.hourlyPerSource {
            limits.append(TicketLimit(most, in: .holding([source]), filter: lastHour))
        }
        return limits
    }

    private func check(_ form: TicketForm, for customer: Customer?) async throws -> (checks: FormChecks, draft: Draft) {
        var checks = FormChecks(configuration)
        // What a form says of a signed-in customer does not matter: the session knows better.
        var draft = Draft(name: customer?.name ?? "", address: customer?.email)
        if customer == nil {
            draft.name = checks.name(form.name)
            draft.address = checks.address(form.email)
        }
        draft.department = checks.department(
            form.department, among: departments(forCustomers: customer != nil).lazy.map(\.id))
        draft.service = checks.service(form.service, among: form.service == nil ? [] : try await services(of: customer?.id))
        draft.priority = checks.priority(form.priority)
        draft.subject = checks.subject(form.subject)
        draft.fields = checks.fields(form.fields, draft.department.flatMap(configuration.department)?.fields ?? [])
        draft.content.text = checks.message(form.message)
        draft.copies = checks.copies(form.copies, requester: draft.address)
        let owner: AccessKey = customer.map { .customer($0.id) } ?? form.submitKey.uploadOwner
        draft.content.attachments = try await attachments(form.attachments, of: owner, &checks)
        return (checks, draft)
    }

    private func open(
        _ draft: Draft, _ requester: Requester, by actor: TicketActor, setting status: TicketStatus?, _ key: String?,
        _ guestKey: SubmitKey?
    ) async throws -> TicketConfirmation {
        guard let department = draft.department else { throw PortalError(problems: [FormProblem(.department, .missing)]) }
        let now = environment.date
        let id = Ticket.ID(environment.makeID())
        let token = guestKey?.accessToken(for: id)
        do {
            let change = try await openNumbered(at: now) { number in
                var ticket = Ticket(
                    id: id, number: number, requester: requester, opened: now, subject: draft.subject, department: department)
                ticket.service = draft.service
                ticket.priority = draft.priority
                ticket.fields = draft.fields
                ticket.source = draft.source
                let mayApprove = actor.approvesCopies(on: ticket, under: configuration.tickets)
                ticket.copies = draft.copies.map {
                    CopyRecipient(address: $0, proposedBy: actor.author.identity, approved: mayApprove ? now : nil)
                }
                ticket.guestAccess = token.map { GuestAccess(token: $0, configuration.tickets, from: now) }
                let opening = TicketRules.open(ticket, by: actor, setting: status, under: configuration)
                let change = Change(opening, of: ticket, by: actor.author, saying: draft.content, at: now, environment)
                var commit = change.commit(announces: announces, record(key, change, at: now))
                commit.limits = draft.limits
                commit.records = draft.removing.map { [.remove($0)] } ?? []
                return (commit, change)
            }
            return TicketConfirmation(
                ticket: id, number: change.stored.number, status: change.stored.status, accessToken: token)
        } catch let error as StorageError where error.code == .duplicateSubmission {
            guard let earlier = error.submission else { throw error }
            return try await confirm(earlier, guestKey)
        }
    }

    /// The confirmation of a form that was submitted before.
    private func confirm(_ submission: Submission, _ guestKey: SubmitKey?) async throws -> TicketConfirmation {
        guard let ticket = try await store.ticket(submission.ticket, in: .everything) else {
            throw PortalError.notFound("ticket")
        }
        // A token that was renewed meanwhile opens nothing any more.
        let token = guestKey?.accessToken(for: ticket.id)
        let isGood = token.map { $0.hash == ticket.guestAccess?.tokenHash } ?? false
        return TicketConfirmation(
            ticket: ticket.id, number: ticket.number, status: ticket.status, accessToken: isGood ? token : nil)
    }

    // MARK: Replies

    func reply(
        to id: Ticket.ID, _ draft: ReplyDraft, setting status: TicketStatus? = nil, by viewer: TicketViewer
    ) async throws -> TicketReceipt {
        // The rules look at the text only to see whether it is nothing but thanks, which a message with files is not.
        let text = draft.attachments.isEmpty ? draft.text : ""
        let action: TicketAction = if let status { .reply(text, setting: status) } else { .reply(text) }
        return try await say(action, on: id, draft, by: viewer)
    }

    /// Performs an action with a message that was checked.
    func say(
        _ action: TicketAction, on id: Ticket.ID, _ draft: ReplyDraft, by viewer: TicketViewer
    ) async throws -> TicketReceipt {
        // Who may not see the ticket learns that first, and nothing of what is wrong with the draft.
        _ = try await load(id, for: viewer)
        let submission = draft.submitKey?.hash(for: viewer.owner, .message(on: id))
        if let earlier = try await receipt(of: submission, by: viewer) { return earlier }
        var checks = FormChecks(configuration)
        var content = Content(text: checks.message(draft.text))
        content.attachments = try await attachments(draft.attachments, of: viewer.owner, &checks)
        try checks.throwIfAny()
        return try await perform(
            action, on: id, by: viewer, saying: content, seen: draft.seen, submission: submission)
    }

    // MARK: Files

    func upload(_ source: FileSource, as owner: AccessKey) async throws -> UploadedFile {
        let intake = try FileIntake(blobs, uploadRules, environment)
        try intake.check(source.name)
        try await refuseBanned([owner])
        return UploadedFile(try await intake.take(source, for: owner))
    }

    private func attachments(
        _ files: [UploadedFile], of owner: AccessKey, _ checks: inout FormChecks
    ) async throws -> [FileAttachment] {
        guard !files.isEmpty else { return [] }
        let isTooMany = files.count > configuration.uploads.maximumFiles
        let stored = isTooMany ? [] : try await blobs?.blobs(Set(files.map(\.id))) ?? []
        let lifetime = configuration.tickets.uploadLifetime
        let attached = stored.isEmpty ? [] : try await store.attachedFiles(among: Set(stored.map(\.id)))
        return checks.attachments(
            files, stored: stored, attached: attached, owner: owner, notBefore: environment.date.adding(.zero - lifetime))
    }
}
