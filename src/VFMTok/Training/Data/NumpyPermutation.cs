using System.Numerics;

namespace VFMTok.Training;

/// <summary>numpy's <c>RandomState(seed).permutation(count)</c>: Fisher-Yates from the end, on numbers of the Mersenne twister MT19937 that are drawn again while they are too large.</summary>
internal sealed class NumpyPermutation
{
    private const int Length = 624, Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _at = Length;

    private NumpyPermutation(uint seed)
    {
        _state[0] = seed;
        for (var i = 1u; i < Length; i++) _state[i] = unchecked(1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i);
    }

    public static int[] Of(int count, uint seed)
    {
        var generator = new NumpyPermutation(seed);
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var other = generator.UpTo((uint)i);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }

    private uint UpTo(uint most)
    {
        var mask = BitOperations.RoundUpToPowerOf2(most + 1) - 1;
        uint number;
        do number = Next() & mask;
        while (number > most);
        return number;
    }

    private uint Next()
    {
        if (_at == Length) Twist();
        var y = _state[_at++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) * 0x9908b0df);
        }
        _at = 0;
    }
}
