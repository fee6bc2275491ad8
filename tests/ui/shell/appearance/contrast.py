"""The contrast of focus rings and of the outlines of controls: https://www.w3.org/TR/WCAG22/#non-text-contrast."""

TOO_FAINT = """() => {
    const theme = document.querySelector(".radix-themes");
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const made = (tag, name) => theme.appendChild(Object.assign(document.createElement(tag), { className: name }));
    const colour = (token) => {
        const probe = made("span", "");
        probe.style.color = `var(${token})`;
        return getComputedStyle(probe).color;
    };
    const outline = (tag, name, part) => /^\\S+\\(.*?\\)/.exec(getComputedStyle(made(tag, name), part).boxShadow)[0];
    const luminance = (colours) => {
        colours.forEach((one) => {
            pen.fillStyle = one;
            pen.fillRect(0, 0, 1, 1);
        });
        // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
        const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map((level) => level / 255)
            .map((level) => level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (ground, drawn) => {
        const [darker, lighter] = [luminance(ground), luminance([...ground, drawn])].sort((a, b) => a - b);
        return (lighter + 0.05) / (darker + 0.05);
    };
    const grounds = [["--ground"], ["--raised"], ["--panel"], ["--ground", "--hover"], ["--ground", "--accent-soft"]];
    const drawn = {
        "a focus ring": colour("--focus"),
        "the circle of a task": outline("input", "tick"),
        "the mark of a selection": outline("button", "select-mark", "::before"),
        "a field": outline("input", "input"),
        "the composer": outline("div", "composer"),
        "a filter": outline("select", "filter-value"),
        "a field of the selection": outline("input", "selection-field"),
    };
    return Object.entries(drawn).flatMap(([name, one]) => grounds
        .map((ground) => [name, ground.join(" and "), contrast(ground.map(colour), one).toFixed(2)])
        .filter(([, , ratio]) => ratio < 3));
}"""
"""The drawn parts whose contrast is below 3 on one of the grounds; leaves elements on the page."""
