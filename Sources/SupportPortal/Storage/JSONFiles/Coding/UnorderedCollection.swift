/// A collection that encodes its elements in another order in each process.
protocol UnorderedCollection {
    static var sorting: JSONOutput.Sorting { get }
}

extension Set: UnorderedCollection {
    static var sorting: JSONOutput.Sorting { .elements }
}

extension Dictionary: UnorderedCollection {
    /// Keys that are no text are encoded as elements of an array, each before its value.
    static var sorting: JSONOutput.Sorting { .pairs }
}
