import json, sys, urllib.request
server, committee, day = sys.argv[1:]
address = f"{server}/api/v1/statistics?committee={committee}&as_of={day}"
months = json.load(urllib.request.urlopen(address))["statistics"][0]["actions"]["by_month"]
scale = 100 / max([1, *(month["outstanding"] for month in months)])
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{60 * len(months)}" height="160" font-family="sans-serif" font-size="12">')
print(f'<rect width="100%" height="100%" fill="white"/><text x="6" y="16">{committee}: outstanding actions, and those overdue (red)</text>')
for x, month in zip(range(6, 60 * len(months), 60), months):
    for colour, height in (("#4682b4", month["outstanding"] * scale), ("#b22222", month["overdue"] * scale)):
        print(f'<rect x="{x}" y="{135 - height:.0f}" width="48" height="{height:.0f}" fill="{colour}"/>')
    print(f'<text x="{x}" y="152">{month["month"]}</text><text x="{x + 2}" y="132" fill="white">{month["outstanding"]}</text>')
print("</svg>")
