import Measuring
import SupportPortalTesting

extension Subject {
    /// What a host calls most, over in-memory storage, with few tickets and with many.
    static let portal = Subject(name: "portal", summary: "tickets over in-memory storage, opened, answered, listed and counted") {
        options in
        let (small, large) = (10_000, options.isQuick ? 100_000 : 1_000_000)
        let calls = options.isQuick ? 500 : 2_000
        let text = SampleText(seed: 1)

        options.progress("filling \(grouped(large)) tickets")
        let before = Machine.residentBytes
        let many = try await FilledPortal(tickets: large, text: text)
        let growth = Machine.residentBytes.flatMap { after in before.map { Double(after - $0) } }

        let operations = PortalOperation.all.filter { operation in options.only.map(operation.name.contains) ?? true }
        var series: [String: (few: Series, many: Series)] = [:]
        for run in 1...options.runs {
            options.progress("run \(run) of \(options.runs)")
            // Anew, as writing would let it grow by more than it should.
            let few = try await FilledPortal(tickets: small, text: text)
            var chance = SeededGenerator(seed: UInt64(run))
            for operation in operations {
                series[operation.name, default: (Series(), Series())].few.add(try await operation.measure(few, calls, &chance))
                series[operation.name, default: (Series(), Series())].many.add(try await operation.measure(many, calls, &chance))
            }
        }

        var report = Report()
        let sizes = "\(compact(large)) : \(compact(small))"
        for operation in operations {
            guard let figures = series[operation.name] else { continue }
            let goal: Row.Goal? = operation.shouldStayLevel ? .timesPeer(2) : nil
            report.rows.append(
                Row("\(operation.name), p50, \(sizes)", figures.many.p50, peer: figures.few.p50, unit: "µs", goal: goal))
            report.rows.append(Row("\(operation.name), p99, \(sizes)", figures.many.p99, peer: figures.few.p99, unit: "µs"))
        }
        for operation in operations {
            guard let limit = operation.limit, let figures = series[operation.name] else { continue }
            for (size, figure) in [(small, figures.few.p50), (large, figures.many.p50)] {
                report.rows.append(
                    Row("\(operation.name), p50, \(compact(size))", figure, unit: "µs", goal: .atMost(limit)))
            }
        }
        if let deep = series[PortalOperation.deepPage.name], let shallow = series[PortalOperation.agentList.name] {
            report.rows.append(
                Row(
                    "Page 1,001 against page 1, p50, \(compact(large))", deep.many.p50, peer: shallow.many.p50, unit: "µs"
                ))
        }
        if let growth {
            report.rows.append(
                Row("Memory of a ticket with three messages, \(compact(large))", growth / Double(large), unit: "bytes"))
        }
        report.notes = [
            "ours is at \(grouped(large)) tickets, peer at \(grouped(small)); three messages each of 600, 400 and 400 bytes, "
                + "\(FilledPortal.ticketsOfCustomer) tickets a customer, \(FilledPortal.departments.count) departments",
            "runs at the two sizes take turns; p50 and p99 are of \(grouped(calls)) single calls in a run (opening: \(calls / 4))",
            "page 1,001 is page \(grouped(PortalOperation.depth(small) + 1)), the last, at \(grouped(small)) tickets",
            "ids, clock and chance are those of a host; replies and forms have submit keys; a filled portal has no kept submissions",
        ]
        return report
    }
}
