extension PlantedBug {
    static let catalogBugs: [PlantedBug] = []
}
