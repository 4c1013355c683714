namespace VFMTok.Pickle;

/// <summary>What a kind of pickle may hold beyond plain data, and how its faults are told.</summary>
internal abstract class PickleRules
{
    /// <summary>Most values that are made or remembered.</summary>
    public abstract int MostValues { get; }

    /// <summary>The error for a fault; a clause without a full stop.</summary>
    public abstract Exception Bad(string fault);

    /// <summary>The error for a function or class that is not known.</summary>
    public virtual Exception Refusal(string name) => Bad($"it asks for {Short(name)}");

    /// <summary>Whether the pickle may ask for a function or class. All others end the reading at once.</summary>
    /// <param name="name">Module and name, such as <c>collections.OrderedDict</c>.</param>
    public virtual bool Knows(string name) => false;

    /// <summary>What stands for the result of calling one of the known names. Nothing is called.</summary>
    public virtual object? Call(string name, object?[] arguments) => throw Bad($"it calls {Short(name)}");

    /// <summary>What stands for data that lie beside the pickle.</summary>
    public virtual object? Persistent(object? id) => throw Bad("it refers to data outside of itself");

    /// <summary>Gives an object its state.</summary>
    public virtual void Build(object? target, object? state) => throw Bad("it gives a state to what has none");

    /// <summary>A text as far as it fits into an error, on one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Characters that are kept.</param>
    public static string Short(string text, int most = 80)
    {
        var line = text.Length <= most ? text : text[..most] + "...";
        return string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));
    }
}
