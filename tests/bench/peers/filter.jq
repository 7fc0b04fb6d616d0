# occ-filter's default rule for jq -c: seven roots, 0 to 30 days to expiry (New York in winter), 50,000 dollars.
select(.ev == "T") | (.sym | length) as $n | .sym[2:$n - 15] as $root
| select($root | IN("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA"))
| (((("20" + .sym[$n - 15:$n - 9]) | strptime("%Y%m%d") | mktime) / 86400) - (((.t / 1000 - 18000) / 86400) | floor)) as $dte
| select($dte >= 0 and $dte <= 30) | (.p * .s * 100) as $premium | select($premium >= 50000)
| . + {ticker: $root, premium: $premium, dte: $dte}
