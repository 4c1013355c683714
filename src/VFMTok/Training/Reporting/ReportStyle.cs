namespace VFMTok.Training.Reporting;

/// <summary>How a report looks, by day and by night.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --paper: #fff; --card: #f6f8fa; --edge: #dfe3e8; --ink: #1c2127; --pale: #5d6772; --line: #2158c4; --bad: #c02626 }
        @media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1c2026; --edge: #323840; --ink: #e7eaee; --pale: #9ba5b0; --line: #7fb0ff; --bad: #ff7b72 } }
        * { box-sizing: border-box }
        body { margin: 0 auto; padding: 28px 24px 48px; max-width: 1180px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
        h1 { margin: 0; font-size: 26px } h2 { margin: 36px 0 12px; font-size: 18px }
        p { margin: 4px 0 20px; color: var(--pale) }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px }
        .cards div { padding: 12px 14px; background: var(--card); border: 1px solid var(--edge); border-radius: 8px }
        .cards b { display: block; font-size: 21px; font-weight: 600; font-variant-numeric: tabular-nums } .cards span { color: var(--pale); font-size: 13px }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 14px }
        figure { margin: 0; padding: 10px 12px 8px; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; break-inside: avoid }
        .charts figure.wide { grid-column: 1 / -1; overflow-x: auto } figure.wide svg { min-width: 600px }
        figcaption { display: flex; justify-content: space-between; gap: 12px; font-weight: 600 } figcaption span { font-weight: 400; color: var(--pale); font-variant-numeric: tabular-nums }
        svg { display: block; width: 100%; height: auto; margin-top: 4px }
        svg text { fill: var(--pale); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums } svg text.y { text-anchor: end } svg text.x { text-anchor: middle }
        .grid { stroke: var(--edge); stroke-width: 1 } .line { fill: none; stroke: var(--line); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round }
        .range { fill: var(--line); fill-opacity: .2 } .bad { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 3 3 }
        .scroll { overflow-x: auto } table { border-collapse: collapse; min-width: min(520px, 100%); font-variant-numeric: tabular-nums }
        th, td { padding: 5px 24px 5px 0; border-bottom: 1px solid var(--edge); text-align: left; vertical-align: top; overflow-wrap: anywhere } th { color: var(--pale); font-weight: 500; font-size: 13px }
        td.n, th.n { text-align: right; white-space: nowrap } td.t { white-space: nowrap; color: var(--pale) }
        .pictures { display: grid; gap: 14px } .pictures img { display: block; max-width: 100%; height: auto; margin-top: 8px; border-radius: 4px }
        """;
}
