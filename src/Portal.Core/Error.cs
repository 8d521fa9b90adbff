namespace Portal.Core;

/// <summary>An outcome a user may cause and can act on. Faults in the system stay exceptions.</summary>
/// <param name="Message">One sentence in the user's words; never holds a device secret.</param>
public abstract record Error(string Message);
