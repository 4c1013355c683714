using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using VFMTok.Runtime;

namespace VFMTok.Tests.Runtime;

/// <summary>No code of the library may hand a temporary Scalar to libtorch (see ScalarArithmetic): it could be freed while it is read.</summary>
public class ScalarLifetimeTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(o => o.Value);

    // Not dangerous although they make Scalars: they print, read back one number, or run once when a network is built, outside of any step.
    private static readonly string[] Harmless = ["ToString", "item", "init."];

    [Fact]
    public void The_library_makes_no_temporary_scalars()
    {
        var makers = TransitiveScalarMakers();
        Assert.Contains(makers, m => m.Name == "op_Addition"); // the scan sees what it must see
        var offenders = new SortedSet<string>();
        foreach (var method in MethodsOf(typeof(NativeBackend).Assembly))
            foreach (var called in Calls(method))
                if ((makers.Contains(called) || MakesScalar(called)) && !method.DeclaringType!.FullName!.Contains(nameof(ScalarArithmetic), StringComparison.Ordinal) && !IsDisposedByItsUser(method)
                    && !Harmless.Any(h => $"{called.DeclaringType?.Name}.{called.Name}".Contains(h, StringComparison.Ordinal)))
                    offenders.Add($"{method.DeclaringType?.FullName}.{method.Name} calls {called.DeclaringType?.Name}.{called.Name}({string.Join(", ", called.GetParameters().Select(p => p.ParameterType.Name))})");
        Assert.True(offenders.Count == 0, string.Join("\n", offenders));
    }

    [Fact]
    public void Constants_are_kept()
    {
        var first = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.True(first.TryGetTarget(out _));

        static WeakReference<Scalar> Make() => new(ScalarArithmetic.Constant(0.123456));
    }

    // Methods that end the life of their Scalars themselves, with a using declaration, say so in their name.
    private static bool IsDisposedByItsUser(MethodBase method) => method.Name.EndsWith("WithOwnScalars", StringComparison.Ordinal);

    private static bool MakesScalar(MethodBase m) => (m.DeclaringType == typeof(Scalar) && m.Name == "op_Implicit") || m.Name == "ToScalar";

    private static HashSet<MethodBase> TransitiveScalarMakers()
    {
        var calls = MethodsOf(typeof(torch).Assembly).ToDictionary(m => m, m => Calls(m).ToArray());
        var makers = calls.Where(c => c.Key.DeclaringType != typeof(Scalar) && c.Value.Any(MakesScalar)).Select(c => c.Key).ToHashSet();
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var (method, called) in calls)
                if (method.DeclaringType != typeof(Scalar) && !makers.Contains(method) && called.Any(makers.Contains)) grew |= makers.Add(method);
        }
        return makers;
    }

    private static IEnumerable<MethodBase> MethodsOf(Assembly assembly) =>
        assembly.GetTypes().SelectMany(t => t.GetMethods(All).Cast<MethodBase>().Concat(t.GetConstructors(All)));

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) yield break;
        var typeArguments = method.DeclaringType is { IsGenericType: true } t ? t.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var i = 0; i < il.Length;)
        {
            var code = il[i] == 0xFE ? Codes[unchecked((short)(0xFE00 | il[i + 1]))] : Codes[il[i]];
            i += code.Size;
            if (code.OperandType == OperandType.InlineMethod)
            {
                var called = method.Module.ResolveMethod(BitConverter.ToInt32(il, i), typeArguments, methodArguments)!;
                yield return called is MethodInfo { IsGenericMethod: true, IsGenericMethodDefinition: false } g ? g.GetGenericMethodDefinition() : called;
            }
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, i),
                _ => 4,
            };
        }
    }
}
