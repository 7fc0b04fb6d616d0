# occ-filter's default rule for mawk. It trusts the vendor's order of keys.
BEGIN {
  FS = "[\":,\\[\\]{}]+"; OFS = ""
  split("AAPL MSFT GOOGL AMZN NVDA META TSLA", list, " "); for (i in list) want[list[i]] = 1
}
{
  n = length($6); root = substr($6, 1, n - 15); if (!(root in want)) next
  y = 2000 + substr($6, n - 14, 2); m = substr($6, n - 12, 2) + 0; d = substr($6, n - 10, 2)
  if (m <= 2) { y--; m += 12 }
  day = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + d - 719469
  for (i = 11; i < NF; i++) if ($i == "t") break
  dte = day - int(($(i + 1) / 1000 - 18000) / 86400); premium = $10 * $12 * 100
  if (dte >= 0 && dte <= 30 && premium >= 50000)
    print substr($0, 1, length($0) - 1), ",\"ticker\":\"", root, "\",\"premium\":", premium, ",\"dte\":", dte, "}"
}
