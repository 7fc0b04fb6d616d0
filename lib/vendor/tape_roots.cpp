#include "vendor/tape_roots.hpp"

#include <algorithm>
#include <array>

#include "vendor/tape_random.hpp"

namespace pulse {

namespace {

struct Known {
    std::string_view name;
    double spot;
    double weight;  // 1/10,000 of the prints
    ExpiryCycle cycle;
    double volatility;
};

constexpr auto kDaily = ExpiryCycle::kDaily;
constexpr auto kMwf = ExpiryCycle::kMonWedFri;
constexpr auto kWeekly = ExpiryCycle::kWeekly;
constexpr auto kAdjusted = ExpiryCycle::kAdjusted;

// Names are real, prices invented. The first seven are the MAG7: 2,500 in sum.
constexpr std::array kKnown{
    Known{"NVDA", 182, 720, kMwf, 0.45},    Known{"TSLA", 432, 660, kMwf, 0.55},
    Known{"AAPL", 190, 320, kMwf, 0.28},    Known{"AMZN", 231, 240, kMwf, 0.33},
    Known{"META", 642, 220, kMwf, 0.36},    Known{"MSFT", 483, 200, kMwf, 0.26},
    Known{"GOOGL", 308, 140, kMwf, 0.34},   Known{"SPY", 684, 1500, kDaily, 0.15},
    Known{"QQQ", 622, 900, kDaily, 0.20},   Known{"SPXW", 6850, 500, kDaily, 0.15},
    Known{"IWM", 250, 260, kDaily, 0.22},   Known{"PLTR", 178, 170, kWeekly, 0.60},
    Known{"AMD", 217, 150, kWeekly, 0.50},  Known{"AVGO", 388, 90, kMwf, 0.45},
    Known{"GOOG", 309, 60, kWeekly, 0.34},  Known{"NFLX", 104, 90, kWeekly, 0.38},
    Known{"MSTR", 186, 100, kWeekly, 0.75}, Known{"COIN", 268, 80, kWeekly, 0.65},
    Known{"HOOD", 132, 80, kWeekly, 0.65},  Known{"SOFI", 27.5, 70, kWeekly, 0.60},
    Known{"INTC", 41, 75, kWeekly, 0.55},   Known{"BABA", 158, 60, kWeekly, 0.45},
    Known{"MU", 236, 70, kWeekly, 0.55},    Known{"F", 13.1, 35, kWeekly, 0.32},
    Known{"T", 25.4, 25, kWeekly, 0.22},    Known{"C", 108, 30, kWeekly, 0.30},
    Known{"COST", 894, 25, kWeekly, 0.24},  Known{"CSCO", 77.5, 25, kWeekly, 0.26},
    Known{"SMCI", 34, 45, kWeekly, 0.75},   Known{"MARA", 12.2, 40, kWeekly, 0.85},
    Known{"IBIT", 51, 70, kMwf, 0.50},      Known{"GLD", 386, 60, kWeekly, 0.20},
    Known{"SLV", 52.5, 60, kWeekly, 0.38},  Known{"TLT", 88, 50, kWeekly, 0.13},
    Known{"VIX", 16, 60, kWeekly, 0.95},    Known{"AAPL1", 151, 1, kAdjusted, 0.28},
    Known{"SDS1", 63, 1, kAdjusted, 0.30},  Known{"GME1", 23, 1, kAdjusted, 0.60},
    Known{"BRKB", 504, 20, kWeekly, 0.18},  Known{"UBER", 92, 40, kWeekly, 0.38},
};

// The long tail, most traded first. Weeklies …
constexpr std::string_view kWeeklyTail = R"(
ORCL RIVN NIO PFE SNAP BAC DIS BA JPM WMT XLF GDX EEM FXI HYG EWZ KRE XLE ARKK SOXL TQQQ SQQQ UVXY XBI
SMH DIA XLK XLV XLI XLU XLP XLY TSM ASML ARM QCOM CRM ADBE NOW SNOW PANW CRWD NET DDOG ZS SHOP SQ PYPL V
MA AXP GS MS WFC SCHW XOM CVX OXY SLB HAL COP DVN MRO FCX NEM GOLD AA CLF X NUE VALE RIO BHP CAT DE GE
GM LCID CCL RCL NCLH AAL DAL UAL LUV JBLU ABNB BKNG EXPE MAR HLT LVS WYNN MGM DKNG PENN ROKU SPOT TTD
PINS RBLX U EA TTWO NKE LULU SBUX MCD CMG YUM TGT HD LOW DG DLTR BBY AMC GME CVNA CHWY W ETSY EBAY JD
PDD BIDU LI XPEV NTES UNH LLY MRNA JNJ MRK ABBV BMY GILD AMGN BIIB REGN VRTX CVS CI ELV HUM TDOC HIMS KO
PEP PG MO PM KHC GIS MDLZ CL K VZ TMUS CMCSA WBD PARA LYV IBM HPQ DELL HPE AMAT LRCX KLAC MRVL ON TXN
ADI NXPI WDC STX RKLB LUNR ASTS ACHR JOBY IONQ RGTI QBTS QUBT SOUN BBAI AI PATH UPST AFRM NU LMND OPEN Z
RDFN CLSK RIOT HUT WULF IREN CIFR BITO ETHA CRCL CRWV NBIS OKLO SMR NNE CEG VST GEV FSLR ENPH RUN SEDG
PLUG BE CHPT QS LMT RTX NOC GD LHX HON MMM UPS FDX UNP CSX NSC BX KKR APO BLK COF USB PNC TFC AIG MET
PRU ALL TRV CB SPGI MCO ICE CME TWLO OKTA MDB TEAM WDAY ZM DOCU DBX BOX HUBS VEEV INTU FTNT S CYBR APP
RDDT DUOL CELH MNST KDP STZ TAP BUD EL ULTA ANF AEO GPS URBN M KSS JWN DDS RH WSM)";

// … and names with monthlies only.
constexpr std::string_view kMonthlyTail = R"(
A AFL AKAM AME AMT ANET APD APH AVB AVY AWK AXON BALL BAX BDX BEN BIO BK BKR BR BSX BWA BXP CAG CAH CARR
CBRE CCI CDNS CDW CF CFG CHD CHTR CINF CLX CMI CMS CNC CNP COO CPB CPRT CRL CTAS CTSH CTVA D DD DGX DHI
DHR DOV DOW DRI DTE DUK DVA DXCM EBR ECL ED EFX EIX EMN EMR EOG EPAM EQIX EQR ES ESS ETN ETR EVRG EW EXC
EXPD EXR FANG FAST FE FFIV FIS FITB FMC FOXA FTV GL GLW GPC GPN GRMN GWW HAS HBAN HCA HES HIG HOLX HRL
HSIC HST HSY IDXX IEX IFF ILMN INCY IP IPG IQV IR IRM ISRG IT ITW IVZ J JCI JKHY JNPR KEY KEYS KIM KMB
KMI KMX KR L LDOS LEN LH LIN LKQ LNT LUMN LW LYB MAA MAS MCHP MCK MHK MKC MKTX MLM MOS MPWR MSCI MSI MTB
MTD NDAQ NDSN NI NTAP NTRS NVR NWL NWS O ODFL OGN OKE OMC ORLY OTIS PAYC PAYX PCAR PEG PFG PGR PH PHM
PKG PLD PNR PPG PPL PSA PSX PTC PWR)";

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \n"), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Price and volatility of a name that has no row above: anything plausible that depends on the name alone.
TapeRoot invented(std::string_view name, double weight, ExpiryCycle cycle) {
    const auto hash = tape_hash(name.data(), name.size());
    const double a = static_cast<double>(hash % 1000) / 1000;
    const double b = static_cast<double>(hash / 1000 % 1000) / 1000;
    return {std::string(name), 6 + 390 * a * a, weight, cycle, 0.22 + 0.55 * b * b};
}

}  // namespace

std::vector<TapeRoot> all_tape_roots() {
    std::vector<TapeRoot> roots;
    double rest = 10'000;
    for (const auto& k : kKnown) {
        roots.push_back({std::string(k.name), k.spot, k.weight, k.cycle, k.volatility});
        rest -= k.weight;
    }
    const std::size_t known = roots.size();
    double sum = 0;
    const auto add = [&](std::string_view list, ExpiryCycle cycle) {
        for (const auto name : words(list)) {
            const double weight = 1.0 / static_cast<double>(roots.size() - known + 30);
            roots.push_back(invented(name, weight, cycle));
            sum += weight;
        }
    };
    add(kWeeklyTail, kWeekly);
    add(kMonthlyTail, ExpiryCycle::kMonthly);
    for (std::size_t i = known; i < roots.size(); ++i) roots[i].weight *= rest / sum;
    return roots;
}

std::vector<TapeRoot> tape_roots(const std::vector<std::string>& names) {
    auto all = all_tape_roots();
    if (names.empty()) return all;
    std::vector<TapeRoot> chosen;
    for (const auto& name : names) {
        const auto at =
            std::find_if(all.begin(), all.end(), [&](const TapeRoot& r) { return r.name == name; });
        chosen.push_back(at == all.end() ? invented(name, 10, kWeekly) : *at);
    }
    return chosen;
}

}  // namespace pulse
