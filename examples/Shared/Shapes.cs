using SkiaSharp;

namespace VFMTok.Examples.Drawing;

/// <summary>Outlines of shapes around the origin, each inside a circle or square of half-width 1.</summary>
internal static class Shapes
{
    public static SKPath Ellipse(float aspect = 1f)
    {
        var path = new SKPath();
        path.AddOval(new SKRect(-1f, -aspect, 1f, aspect));
        return path;
    }

    public static SKPath Polygon(int vertices) => Star(vertices, 1f, 1);

    public static SKPath Star(int points, float inner) => Star(points, inner, 2);

    public static SKPath Ring(float inner)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        path.AddCircle(0f, 0f, 1f);
        path.AddCircle(0f, 0f, inner);
        return path;
    }

    public static SKPath Rectangle(float aspect = 1f)
    {
        var path = new SKPath();
        path.AddRect(new SKRect(-1f, -aspect, 1f, aspect));
        return path;
    }

    /// <param name="arm">Half the width of an arm.</param>
    public static SKPath Cross(float arm)
    {
        // Winding fill keeps the overlap of the two bars filled.
        var path = new SKPath { FillType = SKPathFillType.Winding };
        path.AddRect(new SKRect(-1f, -arm, 1f, arm));
        path.AddRect(new SKRect(-arm, -1f, arm, 1f));
        return path;
    }

    public static SKPath Crescent()
    {
        using var disc = Ellipse();
        using var bite = new SKPath();
        bite.AddCircle(0.5f, 0f, 0.8f);
        return disc.Op(bite, SKPathOp.Difference);
    }

    public static SKPath Heart()
    {
        var path = new SKPath();
        path.MoveTo(0f, 0.95f);
        path.CubicTo(-1.5f, -0.1f, -0.85f, -1.4f, 0f, -0.5f);
        path.CubicTo(0.85f, -1.4f, 1.5f, -0.1f, 0f, 0.95f);
        path.Close();
        return path;
    }

    /// <summary>Horizontal bars with gaps as wide as the bars.</summary>
    public static SKPath Stripes(int bars)
    {
        var path = new SKPath();
        var step = 2f / ((2 * bars) - 1);
        for (var bar = 0; bar < bars; bar++)
        {
            var top = -1f + (2 * bar * step);
            path.AddRect(new SKRect(-1f, top, 1f, top + step));
        }

        return path;
    }

    public static SKPath Checker(int cells)
    {
        var path = new SKPath();
        var step = 2f / cells;
        for (var row = 0; row < cells; row++)
        {
            for (var column = row % 2; column < cells; column += 2)
            {
                var left = -1f + (column * step);
                var top = -1f + (row * step);
                path.AddRect(new SKRect(left, top, left + step, top + step));
            }
        }

        return path;
    }

    private static SKPath Star(int points, float inner, int stepsPerPoint)
    {
        var path = new SKPath();
        var vertices = new SKPoint[points * stepsPerPoint];
        for (var i = 0; i < vertices.Length; i++)
        {
            var radius = stepsPerPoint == 2 && i % 2 == 1 ? inner : 1f;
            var angle = (MathF.Tau * i / vertices.Length) - (MathF.PI / 2f);
            vertices[i] = new SKPoint(radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        }

        path.AddPoly(vertices);
        return path;
    }
}
