#!/usr/bin/env python3
"""history.py SESSIONS CONTRACTS: history of so many sessions, each with other contracts and a watermark at its end; every
second one by the names of its tickers instead of `*`."""
import datetime
import sys
import zoneinfo

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
FREE = {datetime.date(2025, 9, 1), datetime.date(2025, 11, 27), datetime.date(2025, 12, 25)}


def main(sessions, contracts):
    day = datetime.date(2025, 8, 4)
    while sessions:
        if day.weekday() < 5 and day not in FREE:
            begin = int(datetime.datetime.combine(day, datetime.time(9, 30), NEW_YORK).timestamp()) * 1000
            for i in range(contracts):
                t = begin + 3_600_000 + i
                print(f'{{"ev":"T","sym":"O:AAPL{day + datetime.timedelta(days=7):%y%m%d}C{500 * (i + 1):08}","x":300,"p":1.5,"s":1,'
                      f'"c":[209],"t":{t},"ns":{t}000000,"src":"flat"}}')
            names = "*" if sessions % 2 else "AAPL"
            print(f'{{"ev":"W","src":"flat","session":"s","tickers":["{names}"],"from":{begin},"to":{begin + 23_399_999}}}')
            sessions -= 1
        day += datetime.timedelta(days=1)


main(*map(int, sys.argv[1:]))
