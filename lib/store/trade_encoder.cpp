#include "store/trade_encoder.hpp"

namespace pulse::store {

namespace {
constexpr std::int16_t kFields = 15;  // the time and kColumns
constexpr std::size_t kPiece = std::size_t{32} * 1024;
}  // namespace

void TradeEncoder::encode(std::span<const Placed> placed, const std::vector<TradeRow>& rows, bool staged,
                          const std::function<void(std::string_view piece)>& send) {
    buffer_.start();
    for (const Placed& place : placed) {
        add(rows[place.row], place.occurrence, staged);
        if (buffer_.data().size() < kPiece) continue;
        send(buffer_.data());
        buffer_.clear();
    }
    buffer_.finish();
    send(buffer_.data());
}

void TradeEncoder::add(const TradeRow& row, std::int32_t occurrence, bool staged) {
    char symbol[kMaxSymbolText];
    const char* const symbol_end = write_symbol(symbol, row.symbol);
    buffer_.start_row(kFields);
    buffer_.timestamptz(row.t_ms);
    buffer_.text({symbol, symbol_end});
    buffer_.text(row.symbol.root());
    buffer_.date(row.symbol.expiry);
    buffer_.text(side_name(row.symbol.side));
    buffer_.numeric(make_decimal(row.symbol.strike_milli, 3).value_or(Decimal{row.symbol.strike_milli, 3}));
    buffer_.numeric(row.price);
    buffer_.integer(row.size);
    buffer_.numeric(row.premium);
    buffer_.smallint(row.dte);
    buffer_.smallint(row.exchange);
    buffer_.smallint_array(row.conditions);
    // The stage takes any count, so that the merge, not this encoder, is who refuses the 32,768th identical
    // print.
    if (staged)
        buffer_.integer(occurrence);
    else
        buffer_.smallint(static_cast<std::int16_t>(occurrence));
    if (row.sequence)
        buffer_.bigint(*row.sequence);
    else
        buffer_.null();
    buffer_.text(row.source);
}

}  // namespace pulse::store
