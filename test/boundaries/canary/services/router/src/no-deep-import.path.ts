import '../../../../../../libs/domain/src/money';
