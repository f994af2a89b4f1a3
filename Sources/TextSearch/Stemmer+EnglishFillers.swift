extension Stemmer {
    /// English words of grammar and politeness, and those that every other message to a support desk has.
    static let englishFillers = [
        """
        a about above after again all also am an and any anybody anyone anything are as ask at away be because been before being
        best better between both but by can cannot come could did do does doing done down each either else even ever every
        everything few for from further get getting give given go goes going gone good got great had happen has have having he
        her here him his how i idea if in into is it its just keep know last later least let like little ll long look made make
        many may maybe me mean might mine more most much must my need never new next no nobody nor not nothing now of off ok okay
        on once one only or other our out over own people perhaps please possible put quite rather re really right said same say
        see seem sent shall she should since so some somebody somehow someone something still such sure take tell than that the
        their them then there these they thing think this those though thought through time to together told too tried try two up
        upon us use used using very want was way we well went were what whatever when where whether which while who whole why
        will with within without won work would wrong yes yet you your
        """,
        """
        anyway afternoon cheers colleague day days dear email evening folks friend greetings guys hello help hey hi holiday hope
        kind kindly month morning night problem regards reply sincerely sorry support team thank thanks thx today tomorrow urgent
        urgently week weekend wish yesterday
        """,
    ]
}
